//! `data` of an answer: numbers, in one list or in lists within lists.

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};

use super::shown;

/// How deep lists within `data` may go: as many as a tensor has axes.
pub(super) const MOST_AXES: usize = 8;

/// Numbers in the order in which they are written. What JSON has no word for goes as the texts NaN,
/// Infinity and -Infinity; null is NaN, too. An output that nobody wants may hold anything: what is no
/// number is an error only where it is read.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub values: Vec<f64>,
    /// The first number beyond what floats hold of whole numbers.
    inexact: Option<String>,
    /// The first that is no number.
    stranger: Option<String>,
    /// How long the lists of each depth are, the outermost first.
    lengths: Vec<u64>,
    /// How deep the numbers lie, once there is one.
    depth: Option<usize>,
    /// Whether lists of one depth differ in length, or numbers in depth.
    is_ragged: bool,
}

impl Numbers {
    /// Whether all are numbers, and their lists those of the shape. One list holds a tensor of any shape, and
    /// an axis of 1 may have lists of its own or none.
    pub(super) fn fit(&self, shape: &[u64]) -> Result<(), String> {
        if let Some(stranger) = &self.stranger {
            return Err(format!("holds {stranger} among its numbers"));
        }
        if self.depth.is_none_or(|depth| depth <= 1) && !self.is_ragged {
            return Ok(());
        }
        let counts = |axes: &[u64]| axes.iter().copied().filter(|axis| *axis != 1).collect();
        let (lists, axes): (Vec<u64>, Vec<u64>) = (counts(&self.lengths), counts(shape));
        if self.is_ragged {
            return Err("holds lists of several lengths or depths".to_owned());
        }
        if lists != axes {
            let lengths = &self.lengths;
            return Err(format!(
                "holds lists of {lengths:?}, its shape is {shape:?}"
            ));
        }
        Ok(())
    }

    /// Whether all of them are the whole numbers that were written.
    pub(super) fn exact(&self) -> Result<(), String> {
        match &self.inexact {
            Some(number) => Err(format!("holds {}", titer_adaptors::inexact(number))),
            None => Ok(()),
        }
    }

    fn push_whole(&mut self, value: i128, depth: usize) {
        if titer_adaptors::whole(value).is_none() {
            self.inexact.get_or_insert_with(|| value.to_string());
        }
        self.push(value as f64, depth);
    }

    fn push(&mut self, value: f64, depth: usize) {
        self.is_ragged |= *self.depth.get_or_insert(depth) != depth;
        self.values.push(value);
    }

    fn refuse(&mut self, what: String) {
        self.stranger.get_or_insert(what);
    }

    /// A list of that depth has ended.
    fn ended(&mut self, depth: usize, length: u64) {
        if self.lengths.len() <= depth {
            // The innermost lists end first.
            self.lengths.resize(depth + 1, u64::MAX);
        }
        if let Some(known) = self.lengths.get_mut(depth) {
            self.is_ragged |= *known != u64::MAX && *known != length;
            *known = length;
        }
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut numbers = Self::default();
        let into = Into {
            numbers: &mut numbers,
            depth: 0,
        };
        de::DeserializeSeed::deserialize(into, deserializer)?;
        Ok(numbers)
    }
}

/// Appends a number, or a list of them.
struct Into<'a> {
    numbers: &'a mut Numbers,
    depth: usize,
}

impl<'de> de::DeserializeSeed<'de> for Into<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Into<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number, \"NaN\", \"Infinity\", \"-Infinity\", null or a list of them")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        // Digits without a point come here where 64 bits are too few for them.
        if value.is_finite() && titer_adaptors::whole(value as i128).is_none() {
            self.numbers
                .inexact
                .get_or_insert_with(|| value.to_string());
        }
        self.numbers.push(value, self.depth);
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.numbers.push_whole(value.into(), self.depth);
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.numbers.push_whole(value.into(), self.depth);
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.visit_f64(f64::NAN)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.numbers.refuse(value.to_string());
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        match text {
            "NaN" => self.visit_f64(f64::NAN),
            "Infinity" => self.visit_f64(f64::INFINITY),
            "-Infinity" => self.visit_f64(f64::NEG_INFINITY),
            _ => {
                self.numbers.refuse(format!("the text `{}`", shown(text)));
                Ok(())
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.depth >= MOST_AXES {
            return Err(de::Error::custom("lists within lists within lists"));
        }
        let (numbers, mut length) = (self.numbers, 0);
        loop {
            let into = Into {
                numbers: &mut *numbers,
                depth: self.depth + 1,
            };
            match list.next_element_seed(into)? {
                Some(()) => length += 1,
                None => break,
            }
        }
        numbers.ended(self.depth, length);
        Ok(())
    }
}
