//! Whole numbers of examples or units, of which some have none, in as few bytes as the largest needs.

/// One whole number, or none, for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers(Width);

/// The largest number of a width stands for none.
#[derive(Clone, Debug, PartialEq)]
enum Width {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
    Eight(Vec<u64>),
}

impl Default for Numbers {
    fn default() -> Self {
        Self(Width::One(Vec::new()))
    }
}

impl Numbers {
    /// Takes the next one in; the largest number that there is counts as none.
    pub fn push(&mut self, number: Option<u64>) {
        let number = number.unwrap_or(u64::MAX);
        while number != u64::MAX && number >= self.none() {
            self.widen();
        }
        match &mut self.0 {
            Width::One(of) => of.push(number as u8),
            Width::Two(of) => of.push(number as u16),
            Width::Four(of) => of.push(number as u32),
            Width::Eight(of) => of.push(number),
        }
    }

    /// How many there are, those that are none among them.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Width::One(of) => of.len(),
            Width::Two(of) => of.len(),
            Width::Four(of) => of.len(),
            Width::Eight(of) => of.len(),
        }
    }

    /// Whether there are none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at a place; `None` where it has none, and beyond the last.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<u64> {
        let number = match &self.0 {
            Width::One(of) => u64::from(*of.get(place)?),
            Width::Two(of) => u64::from(*of.get(place)?),
            Width::Four(of) => u64::from(*of.get(place)?),
            Width::Eight(of) => *of.get(place)?,
        };
        (number != self.none()).then_some(number)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<u64>> {
        (0..self.len()).map(|place| self.get(place))
    }

    /// What stands for none.
    fn none(&self) -> u64 {
        match &self.0 {
            Width::One(_) => u64::from(u8::MAX),
            Width::Two(_) => u64::from(u16::MAX),
            Width::Four(_) => u64::from(u32::MAX),
            Width::Eight(_) => u64::MAX,
        }
    }

    fn widen(&mut self) {
        let numbers = self.iter();
        self.0 = match &self.0 {
            Width::One(_) => Width::Two(
                numbers
                    .map(|of| of.map_or(u16::MAX, |n| n as u16))
                    .collect(),
            ),
            Width::Two(_) => Width::Four(
                numbers
                    .map(|of| of.map_or(u32::MAX, |n| n as u32))
                    .collect(),
            ),
            Width::Four(_) | Width::Eight(_) => {
                Width::Eight(numbers.map(|of| of.unwrap_or(u64::MAX)).collect())
            }
        };
    }
}

impl FromIterator<Option<u64>> for Numbers {
    fn from_iter<I: IntoIterator<Item = Option<u64>>>(numbers: I) -> Self {
        let mut all = Self::default();
        numbers.into_iter().for_each(|number| all.push(number));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_width_come_back() {
        let steps = [
            0,
            254,
            255,
            65_534,
            65_535,
            1 << 31,
            u64::from(u32::MAX),
            u64::MAX - 1,
        ];
        for last in 1..=steps.len() {
            let given: Vec<Option<u64>> = steps[..last]
                .iter()
                .flat_map(|&number| [None, Some(number)])
                .collect();
            let held: Numbers = given.iter().copied().collect();
            assert_eq!(held.iter().collect::<Vec<_>>(), given);
            assert_eq!((held.len(), held.get(2 * last)), (2 * last, None));
        }
        assert_eq!(Numbers::default().get(0), None);
    }

    #[test]
    fn small_numbers_stay_narrow() {
        let held: Numbers = (0..1000u64).map(|number| Some(number % 255)).collect();
        assert!(matches!(held.0, Width::One(_)));
        let wide: Numbers = [Some(3), None, Some(255)].into_iter().collect();
        assert!(matches!(wide.0, Width::Two(_)));
    }
}
