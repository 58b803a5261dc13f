//! How the values of a page are encoded.
//!
//! The parquet crate has readers of columns. They trust what a page says and panic where damage makes it a lie: a text's length
//! beyond the page, levels beyond it, a run's length of more than ten bytes, indices without a dictionary, lengths of delta
//! encodings; a dictionary's claimed size they allocate. So pages are taken from the crate, which reads their headers and
//! decompresses them, and their values are decoded here, where everything is looked at before it is believed and nothing is
//! allocated by what a page claims. `None` says that a page ends before its values, or makes no sense.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use parquet::basic::Encoding;

/// Whole numbers of a few bits each: levels, and indices into a dictionary. Runs of one value or of packed values.
pub(crate) struct Runs {
    data: Bytes,
    at: usize,
    width: usize,
    left: usize,
    /// The value of a run of one value; otherwise the next value's first bit.
    run: Run,
}

enum Run {
    Same(u32),
    Packed(usize),
}

impl Runs {
    /// Values of `width` bits, 32 at most.
    pub(crate) fn new(data: Bytes, width: usize) -> Option<Self> {
        (width <= 32).then_some(Self {
            data,
            at: 0,
            width,
            left: 0,
            run: Run::Same(0),
        })
    }

    /// The next value.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<u32> {
        while self.left == 0 {
            self.load()?;
        }
        self.left -= 1;
        match &mut self.run {
            Run::Same(value) => Some(*value),
            Run::Packed(bit) => {
                let value = bits(&self.data, *bit, self.width)?;
                *bit += self.width;
                u32::try_from(value).ok()
            }
        }
    }

    fn load(&mut self) -> Option<()> {
        let header = varint(&self.data, &mut self.at)?;
        let many = usize::try_from(header >> 1).ok()?;
        if header & 1 == 0 {
            let bytes = self.width.div_ceil(8);
            let value = little(self.data.get(self.at..self.at + bytes)?);
            self.at += bytes;
            (self.left, self.run) = (many, Run::Same(u32::try_from(value).ok()?));
            return Some(());
        }
        // Groups of eight values, of which the last may be cut where the values end.
        let (many, bytes) = (many.checked_mul(8)?, many.checked_mul(self.width)?);
        let there = bytes.min(self.data.len() - self.at);
        self.run = Run::Packed(self.at * 8);
        self.left = match self.width {
            0 => many,
            width => many.min(there * 8 / width),
        };
        self.at += there;
        Some(())
    }
}

/// Whole numbers by their differences, packed block by block (`DELTA_BINARY_PACKED`).
#[derive(Clone)]
pub(crate) struct Delta {
    data: Bytes,
    at: usize,
    left: u64,
    /// Values in a part of a block, and such parts in a block.
    part: usize,
    parts: usize,
    /// Where the widths of the block's parts stand, the next of them, and what is left of the part before.
    widths: usize,
    next_part: usize,
    left_in_part: usize,
    bit: usize,
    width: usize,
    smallest: i64,
    last: i64,
    is_first: bool,
}

impl Delta {
    /// At most `most` values from a place in a page on.
    pub(crate) fn new(data: Bytes, mut at: usize, most: usize) -> Option<Self> {
        let mut next = || usize::try_from(varint(&data, &mut at)?).ok();
        let (block, parts, left) = (next()?, next()?, next()?);
        let last = zigzag(varint(&data, &mut at)?);
        let part = block.checked_div(parts)?;
        let makes_sense = part > 0 && part.is_multiple_of(8) && left <= most;
        makes_sense.then_some(Self {
            data,
            at,
            left: left as u64,
            part,
            parts,
            widths: 0,
            next_part: parts,
            left_in_part: 0,
            bit: 0,
            width: 0,
            smallest: 0,
            last,
            is_first: true,
        })
    }

    /// The next value.
    pub(crate) fn next(&mut self) -> Option<i64> {
        self.left = self.left.checked_sub(1)?;
        if self.is_first {
            self.is_first = false;
            return Some(self.last);
        }
        if self.left_in_part == 0 {
            self.load()?;
        }
        self.left_in_part -= 1;
        let difference = bits(&self.data, self.bit, self.width)?;
        self.bit += self.width;
        let difference = self.smallest.wrapping_add(difference.cast_signed());
        self.last = self.last.wrapping_add(difference);
        Some(self.last)
    }

    fn load(&mut self) -> Option<()> {
        if self.next_part == self.parts {
            self.smallest = zigzag(varint(&self.data, &mut self.at)?);
            self.widths = self.at;
            self.at = self.at.checked_add(self.parts)?;
            self.next_part = 0;
        }
        self.width = usize::from(*self.data.get(self.widths + self.next_part)?);
        self.bit = self.at.checked_mul(8)?;
        let bytes = self.part.checked_mul(self.width)? / 8;
        self.at = self.at.checked_add(bytes)?;
        self.next_part += 1;
        self.left_in_part = self.part;
        (self.width <= 64).then_some(())
    }

    /// Where the values end in the page.
    fn end(&self) -> Option<usize> {
        let mut rest = self.clone();
        while rest.left > 0 {
            rest.next()?;
        }
        (rest.at <= rest.data.len()).then_some(rest.at)
    }
}

/// The values of a dictionary page.
#[derive(Default)]
pub(crate) struct Dictionary {
    pub numbers: Vec<u64>,
    pub texts: Vec<Bytes>,
}

impl Dictionary {
    /// Reads values of `width` bytes, texts where that is 0.
    pub(crate) fn new(data: &Bytes, many: usize, width: usize) -> Option<Self> {
        let mut dictionary = Self::default();
        let mut at = 0;
        for _ in 0..many {
            match width {
                0 => {
                    let place = text(data, &mut at)?;
                    dictionary.texts.push(data.slice(place));
                }
                _ => dictionary.numbers.push(fixed(data, &mut at, width)?),
            }
        }
        Some(dictionary)
    }
}

/// The values of a data page, as they are encoded.
pub(crate) struct Encoded {
    data: Bytes,
    at: usize,
    /// Bytes of a number; 0 of texts and of booleans.
    width: usize,
    by: By,
}

enum By {
    Plain,
    /// Booleans, bit by bit.
    Bits,
    Indices(Runs),
    Runs(Runs),
    Delta(Delta),
    /// The first bytes of all numbers, then the second ones and so on; so many numbers.
    Split(usize),
    Lengths(Delta),
    Prefixes {
        prefixes: Delta,
        lengths: Delta,
        last: Vec<u8>,
    },
}

impl Encoded {
    /// At most `most` values of `width` bytes: 0 where they are texts, or booleans.
    pub(crate) fn new(
        data: Bytes,
        encoding: Encoding,
        (width, are_booleans): (usize, bool),
        most: usize,
    ) -> Option<Self> {
        let are_texts = width == 0 && !are_booleans;
        let mut at = 0;
        let by = match encoding {
            Encoding::PLAIN if are_booleans => By::Bits,
            Encoding::PLAIN => By::Plain,
            Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY => {
                let bits = data.first().copied();
                // A page of nothing but nulls may hold nothing.
                let indices = data.get(1..).map_or_else(Bytes::new, |_| data.slice(1..));
                By::Indices(Runs::new(indices, usize::from(bits.unwrap_or_default()))?)
            }
            Encoding::RLE if are_booleans => {
                let length = usize::try_from(fixed(&data, &mut at, 4)?).ok()?;
                data.get(at..at.checked_add(length)?)?;
                By::Runs(Runs::new(data.slice(at..at + length), 1)?)
            }
            Encoding::DELTA_BINARY_PACKED if width > 0 => {
                By::Delta(Delta::new(data.clone(), 0, most)?)
            }
            Encoding::BYTE_STREAM_SPLIT if width > 0 => By::Split(data.len() / width),
            Encoding::DELTA_LENGTH_BYTE_ARRAY if are_texts => {
                let lengths = Delta::new(data.clone(), 0, most)?;
                at = lengths.end()?;
                By::Lengths(lengths)
            }
            Encoding::DELTA_BYTE_ARRAY if are_texts => {
                let prefixes = Delta::new(data.clone(), 0, most)?;
                let lengths = Delta::new(data.clone(), prefixes.end()?, most)?;
                at = lengths.end()?;
                By::Prefixes {
                    prefixes,
                    lengths,
                    last: Vec::new(),
                }
            }
            _ => return None,
        };
        Some(Self {
            data,
            at,
            width,
            by,
        })
    }

    /// The next number's bits, or a boolean as 0 or 1.
    #[inline]
    pub(crate) fn number(&mut self, dictionary: &Dictionary) -> Option<u64> {
        match &mut self.by {
            By::Plain => fixed(&self.data, &mut self.at, self.width),
            By::Indices(indices) => {
                let index = usize::try_from(indices.next()?).ok()?;
                dictionary.numbers.get(index).copied()
            }
            By::Bits => {
                let bit = bits(&self.data, self.at, 1);
                self.at += 1;
                bit
            }
            By::Runs(runs) => runs.next().map(u64::from),
            By::Delta(delta) => delta.next().map(i64::cast_unsigned),
            By::Split(many) => {
                let at = (self.at < *many).then_some(self.at)?;
                self.at += 1;
                let byte = |place| self.data.get(at + place * *many).copied().map(u64::from);
                (0..self.width).try_fold(0, |number, place| {
                    Some(number | (byte(place)? << (8 * place)))
                })
            }
            By::Lengths(_) | By::Prefixes { .. } => None,
        }
    }

    /// The next text.
    #[inline]
    pub(crate) fn text<'a>(&'a mut self, dictionary: &'a Dictionary) -> Option<&'a [u8]> {
        match &mut self.by {
            By::Plain => {
                let place = text(&self.data, &mut self.at)?;
                self.data.get(place)
            }
            By::Indices(indices) => {
                let index = usize::try_from(indices.next()?).ok()?;
                dictionary.texts.get(index).map(Bytes::as_ref)
            }
            By::Lengths(lengths) => sized(&self.data, &mut self.at, lengths.next()?),
            By::Prefixes {
                prefixes,
                lengths,
                last,
            } => {
                let rest = sized(&self.data, &mut self.at, lengths.next()?)?;
                let prefix = usize::try_from(prefixes.next()?).ok()?;
                (prefix <= last.len()).then_some(())?;
                last.truncate(prefix);
                last.extend_from_slice(rest);
                Some(last)
            }
            By::Bits | By::Runs(_) | By::Delta(_) | By::Split(_) => None,
        }
    }
}

/// A number of up to 8 bytes.
#[inline]
fn fixed(data: &[u8], at: &mut usize, width: usize) -> Option<u64> {
    let number = little(data.get(*at..*at + width)?);
    *at += width;
    Some(number)
}

/// Where a text stands whose length stands before it.
#[inline]
fn text(data: &[u8], at: &mut usize) -> Option<std::ops::Range<usize>> {
    let length = usize::try_from(fixed(data, at, 4)?).ok()?;
    let end = at.checked_add(length).filter(|end| *end <= data.len())?;
    let start = std::mem::replace(at, end);
    Some(start..end)
}

fn sized<'a>(data: &'a [u8], at: &mut usize, length: i64) -> Option<&'a [u8]> {
    let end = at.checked_add(usize::try_from(length).ok()?)?;
    let bytes = data.get(*at..end)?;
    *at = end;
    Some(bytes)
}

/// Up to 8 bytes as a number, the least first.
#[inline]
fn little(bytes: &[u8]) -> u64 {
    if let Ok(bytes) = <[u8; 8]>::try_from(bytes) {
        return u64::from_le_bytes(bytes);
    }
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return u64::from(u32::from_le_bytes(bytes));
    }
    let places = bytes.iter().zip((0_u32..64).step_by(8));
    places.fold(0, |number, (byte, place)| {
        number | (u64::from(*byte) << place)
    })
}

/// Up to 64 bits from a bit on, the least first.
#[inline]
fn bits(data: &[u8], bit: usize, width: usize) -> Option<u64> {
    let (start, end) = (bit / 8, bit.checked_add(width)?.div_ceil(8));
    if let Some(bytes) = data.get(start..start + 8).filter(|_| width <= 56) {
        return Some((little(bytes) >> (bit % 8)) & ((1 << width) - 1));
    }
    let bytes = data.get(start..end.max(start))?;
    let (low, high) = bytes.split_at(bytes.len().min(8));
    let number = u128::from(little(low)) | (u128::from(little(high)) << 64);
    let number = (number >> (bit % 8)) & ((1 << width) - 1);
    u64::try_from(number).ok()
}

fn varint(data: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *data.get(*at)?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}
