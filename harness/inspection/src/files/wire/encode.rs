//! Fields as tests write them.

/// A field that holds text, bytes or a message.
pub(crate) fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    let mut out = number(field << 3 | 2);
    out.extend(number(value.len() as u64));
    out.extend(value);
    out
}

/// A field that holds a whole number.
pub(crate) fn whole(field: u64, value: i64) -> Vec<u8> {
    let mut out = number(field << 3);
    out.extend(number(value.cast_unsigned()));
    out
}

fn number(mut rest: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
    out
}
