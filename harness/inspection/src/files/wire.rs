//! Protocol Buffers' wire format: fields of a message, one after another. Nothing is copied, nothing is
//! allocated, and no length is believed that reaches past the message.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A variable-length number.
    Number(u64),
    /// Text, bytes, a message or packed numbers.
    Bytes(&'a [u8]),
    /// Four or eight bytes.
    Fixed,
}

/// The fields of a message by number.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: &'a [u8],
}

/// Why a message cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// It ends in the middle of a field.
    #[error("it is cut short or damaged")]
    Short,
    /// A field's kind or number does not exist.
    #[error("it is not in the wire format of Protocol Buffers")]
    Unknown,
}

impl<'a> Fields<'a> {
    /// The fields of a message.
    #[must_use]
    pub fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn next_field(&mut self) -> Result<(u64, Value<'a>), WireError> {
        let tag = number(&mut self.rest)?;
        let field = tag >> 3;
        if field == 0 || field > 0x1fff_ffff {
            return Err(WireError::Unknown);
        }
        let value = match tag & 7 {
            0 => Value::Number(number(&mut self.rest)?),
            1 => self.bytes(8).map(|_| Value::Fixed)?,
            2 => {
                let length = number(&mut self.rest)?;
                Value::Bytes(self.bytes(usize::try_from(length).map_err(|_| WireError::Short)?)?)
            }
            5 => self.bytes(4).map(|_| Value::Fixed)?,
            _ => return Err(WireError::Unknown),
        };
        Ok((field, value))
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(WireError::Short)?;
        self.rest = rest;
        Ok(bytes)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.next_field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

/// Takes a variable-length number off the front.
pub fn number(bytes: &mut &[u8]) -> Result<u64, WireError> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first().ok_or(WireError::Short)?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(WireError::Unknown)
}

#[cfg(test)]
pub(crate) mod encode;

#[cfg(test)]
mod tests {
    use super::*;

    fn last(bytes: &[u8]) -> Result<(u64, Value<'_>), WireError> {
        Fields::of(bytes).last().unwrap()
    }

    #[test]
    fn fields_are_read_and_lengths_are_not_believed() {
        let message = [0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i', 0x1d, 1, 2, 3, 4];
        let fields: Vec<_> = Fields::of(&message).map(Result::unwrap).collect();
        assert_eq!(
            fields,
            [
                (1, Value::Number(150)),
                (2, Value::Bytes(b"hi")),
                (3, Value::Fixed)
            ]
        );
        let huge = [
            0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
        ];
        assert_eq!(last(&huge), Err(WireError::Short));
        assert_eq!(last(&message[..2]), Err(WireError::Short));
        assert_eq!(last(&[0xff; 12]), Err(WireError::Unknown));
        assert_eq!(last(&[0x0b]), Err(WireError::Unknown));
        assert_eq!(last(&[0x00, 0x01]), Err(WireError::Unknown));
    }
}
