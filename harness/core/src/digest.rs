//! Content digests: SHA-256 over file bytes, or over logical rows.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest, written `sha256:<64 hex digits>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl JsonSchema for Digest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Digest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A SHA-256 digest.",
            "type": "string",
            "pattern": "^sha256:[0-9a-f]{64}$"
        })
    }
}

/// Text that is not a digest.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{text:?} is not a digest: write sha256: followed by 64 hexadecimal digits")]
pub struct DigestError {
    text: String,
}

impl Digest {
    /// The digest of some bytes.
    ///
    /// ```
    /// let empty = titer_core::Digest::of(b"");
    /// assert!(empty.hex().starts_with("e3b0c44298fc1c14"));
    /// ```
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of all that a reader gives, read in pieces.
    ///
    /// # Errors
    /// Whatever the reader returns.
    pub fn of_reader(mut reader: impl std::io::Read) -> std::io::Result<Self> {
        let mut hasher = Sha256::new();
        let mut piece = vec![0u8; 1 << 16];
        loop {
            let read = reader.read(&mut piece)?;
            if read == 0 {
                return Ok(Self(hasher.finalize().into()));
            }
            hasher.update(&piece[..read]);
        }
    }

    /// The 64 hexadecimal digits, without the prefix.
    #[must_use]
    pub fn hex(&self) -> String {
        use fmt::Write as _;
        self.0
            .iter()
            .fold(String::with_capacity(64), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    /// The first 16 hexadecimal digits: the names of folders and files.
    #[must_use]
    pub fn short(&self) -> String {
        let mut hex = self.hex();
        hex.truncate(16);
        hex
    }

    /// The raw bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let wrong = || DigestError {
            text: text.to_owned(),
        };
        let hex = text.strip_prefix("sha256:").ok_or_else(wrong)?;
        if hex.len() != 64 || !hex.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// A digest over typed values in order, independent of any file format.
///
/// Every value is tagged with its type and its length, so that `("ab", "c")` and `("a", "bc")`
/// differ. Floating point is taken by bits, with -0 as 0 and one NaN.
#[derive(Clone, Debug)]
pub struct RowDigest(Sha256);

impl RowDigest {
    /// Starts a digest for one purpose; two purposes never share a digest.
    #[must_use]
    pub fn new(purpose: &str) -> Self {
        let mut digest = Self(Sha256::new());
        digest.text(purpose);
        digest
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.tagged(b't', text.as_bytes())
    }

    /// Adds bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.tagged(b'b', bytes)
    }

    /// Adds a whole number.
    pub fn whole(&mut self, number: u64) -> &mut Self {
        self.tagged(b'u', &number.to_le_bytes())
    }

    /// Adds a whole number that may lie below 0.
    pub fn signed(&mut self, number: i128) -> &mut Self {
        self.tagged(b'i', &number.to_le_bytes())
    }

    /// Adds yes or no.
    pub fn flag(&mut self, flag: bool) -> &mut Self {
        self.tagged(b'?', &[u8::from(flag)])
    }

    /// Adds a number.
    pub fn number(&mut self, number: f64) -> &mut Self {
        let bits = if number.is_nan() {
            f64::NAN.to_bits() & !(1 << 63)
        } else if number == 0.0 {
            0
        } else {
            number.to_bits()
        };
        self.tagged(b'f', &bits.to_le_bytes())
    }

    /// Adds another digest.
    pub fn digest(&mut self, digest: &Digest) -> &mut Self {
        self.tagged(b'd', digest.bytes())
    }

    /// Adds the absence of a value.
    pub fn absent(&mut self) -> &mut Self {
        self.tagged(b'-', &[])
    }

    /// The digest of everything added.
    #[must_use]
    pub fn finish(&self) -> Digest {
        Digest(self.0.clone().finalize().into())
    }

    fn tagged(&mut self, tag: u8, bytes: &[u8]) -> &mut Self {
        // Handed over at once where it is short: most of the time goes into being called.
        let mut short = [0; 64];
        short[0] = tag;
        short[1..9].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        let end = 9 + bytes.len();
        match short.get_mut(9..end) {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.0.update(&short[..end]);
            }
            None => {
                self.0.update(&short[..9]);
                self.0.update(bytes);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trip() {
        let digest = Digest::of(b"titer");
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        assert!("sha256:12".parse::<Digest>().is_err());
        assert!(digest.hex().parse::<Digest>().is_err());
    }

    #[test]
    fn boundaries_of_values_count() {
        let one = RowDigest::new("x").text("ab").text("c").finish();
        let other = RowDigest::new("x").text("a").text("bc").finish();
        assert_ne!(one, other);
        assert_ne!(RowDigest::new("x").finish(), RowDigest::new("y").finish());
    }

    #[test]
    fn minus_zero_is_zero() {
        let plus = RowDigest::new("x").number(0.0).finish();
        let minus = RowDigest::new("x").number(-0.0).finish();
        assert_eq!(plus, minus);
    }
}
