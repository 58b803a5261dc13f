//! What is told apart, and which output of the model is which.

use titer_data::profile::Profile;
use titer_spec::suggest;

use super::{Columns, Notes, Question, SAID};
use crate::error::InitError;
use crate::wishes::{Field, Wishes};

/// The classes of the table and of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// Every class, in the order of the model's outputs where it has one for each; of two the negative one first.
    pub names: Vec<String>,
    /// What the table writes, where that is another word than the class.
    pub written: Vec<(String, String)>,
    /// The positive class, where there are two.
    pub positive: Option<String>,
}

impl Classes {
    /// The class that is not the positive one, where there are two.
    #[must_use]
    pub fn negative(&self) -> Option<&str> {
        let positive = self.positive.as_ref()?;
        let mut others = self.names.iter().filter(|name| *name != positive);
        others.next().map(String::as_str)
    }

    /// The metric that gates are about, in words.
    #[must_use]
    pub fn metric_in_words(&self) -> &'static str {
        match self.positive {
            Some(_) => "AUROC",
            None => "accuracy",
        }
    }

    /// The metric that gates are about.
    #[must_use]
    pub fn metric(&self) -> &'static str {
        match self.positive {
            Some(_) => "auroc",
            None => "accuracy",
        }
    }
}

/// Words of what is not looked for.
const NEGATIVES: [&str; 14] = [
    "negative",
    "neg",
    "background",
    "decoy",
    "none",
    "no",
    "control",
    "random",
    "shuffled",
    "other",
    "false",
    "absent",
    "inactive",
    "benign",
];
/// Words of what is.
const POSITIVES: [&str; 7] = [
    "positive",
    "pos",
    "yes",
    "true",
    "present",
    "active",
    "pathogenic",
];

/// The classes, where they can be told; else `notes` ask. `outputs` is how many numbers the model gives of a sequence.
pub(super) fn find(
    table: &Profile,
    columns: &Columns,
    outputs: Option<usize>,
    wishes: &Wishes,
    notes: &mut Notes,
) -> Result<Option<Classes>, InitError> {
    let values = table
        .column(&columns.label)
        .and_then(|column| column.values.as_ref());
    let mut written: Vec<String> = values
        .into_iter()
        .flatten()
        .map(|(value, _)| value.clone())
        .collect();
    written.sort_by(|one, other| {
        let number = |text: &str| text.parse::<f64>().unwrap_or(f64::INFINITY);
        number(one)
            .total_cmp(&number(other))
            .then_with(|| one.cmp(other))
    });
    let of = Of {
        label: &columns.label,
        written: &written,
        wishes,
    };
    match (written.len(), outputs) {
        (2, None | Some(1 | 2)) => of.two(outputs, notes),
        (count, None) => Ok(Some(of.by_name(count, notes))),
        (count, Some(outputs @ (1 | 2))) => Err(InitError::new(
            format!(
                "the model gives {}, and column `{}` has {count} classes: {}",
                match outputs {
                    1 => "one number for each sequence",
                    _ => "two numbers for each sequence",
                },
                columns.label,
                written.join(", ")
            ),
            "name a column of two classes by `--label`, or a model that gives a number for each class",
        )),
        (_, Some(outputs)) => of.several(outputs, notes),
    }
}

struct Of<'a> {
    label: &'a str,
    written: &'a [String],
    wishes: &'a Wishes,
}

impl Of<'_> {
    /// Two classes: which one is positive, and where the model has a number of each, which number is which.
    fn two(&self, outputs: Option<usize>, notes: &mut Notes) -> Result<Option<Classes>, InitError> {
        let [first, second] = self.written else {
            return Ok(None);
        };
        let is_numbered = numbers_or_truths(first, second);
        let Some((positive, why)) = self.positive(is_numbered, notes)? else {
            return Ok(None);
        };
        // Numbers and truths are called by what they mean.
        let name = |written: &str| match (is_numbered, written == positive) {
            (false, _) => written.to_owned(),
            (true, true) => "positive".to_owned(),
            (true, false) => "negative".to_owned(),
        };
        let negative = if positive == second { first } else { second };
        let pair = [name(negative), name(positive)];
        let mut classes = Classes {
            written: match is_numbered {
                true => self
                    .written
                    .iter()
                    .map(|it| (it.clone(), name(it)))
                    .collect(),
                false => Vec::new(),
            },
            positive: Some(name(positive)),
            names: pair.to_vec(),
        };
        notes.line("positive class", said(positive, &name(positive)), why);
        if outputs == Some(2) {
            let given = self.order(2, &pair)?;
            match (given, is_numbered) {
                (Some(order), _) => {
                    classes.names = order.iter().map(|it| self.class_of(it, &name)).collect();
                    notes.line("outputs", classes.names.join(", "), SAID);
                }
                (None, true) => {
                    classes.names = vec![name(first), name(second)];
                    let why = format!("the labels {first} and {second} number the model's outputs");
                    notes.line("outputs", classes.names.join(", "), why);
                }
                (None, false) => {
                    self.ask_order(2, &[], notes);
                    return Ok(None);
                }
            }
        }
        Ok(Some(classes))
    }

    /// The positive one of two classes as the table writes it, and why.
    fn positive(
        &self,
        is_numbered: bool,
        notes: &mut Notes,
    ) -> Result<Option<(&String, String)>, InitError> {
        let [first, second] = self.written else {
            return Ok(None);
        };
        if let Some(said) = self.wishes.get(Field::Positive) {
            let found = self.written.iter().find(|it| *it == said);
            return match found {
                Some(found) => Ok(Some((found, SAID.to_owned()))),
                None => Err(self.unknown("--positive", said)),
            };
        }
        if is_numbered {
            return Ok(Some((
                second,
                format!("of {first} and {second} it is {second} that is true"),
            )));
        }
        let bare = |text: &str| text.to_lowercase();
        let is_negative = |text: &str, other: &str| {
            let (text, other) = (bare(text), bare(other));
            let of_other = ["non", "not", "no"].iter().any(|not| {
                let rest = text
                    .strip_prefix(not)
                    .map(|rest| rest.trim_start_matches(['-', '_', ' ']));
                rest == Some(&other)
            });
            NEGATIVES.contains(&text.as_str()) || of_other
        };
        let is_positive = |text: &str| POSITIVES.contains(&bare(text).as_str());
        let one = (is_negative(first, second), is_positive(first));
        let other = (is_negative(second, first), is_positive(second));
        match (one, other) {
            ((true, _), (false, _)) | ((false, false), (false, true)) => Ok(Some((
                second,
                format!("by the word `{}`", if one.0 { first } else { second }),
            ))),
            ((false, _), (true, _)) | ((false, true), (false, false)) => Ok(Some((
                first,
                format!("by the word `{}`", if other.0 { second } else { first }),
            ))),
            _ => {
                notes.ask(Question {
                    field: Field::Positive,
                    words: format!("Which class of column `{}` is the positive one, of which the model gives the probability?", self.label),
                    choices: self.written.to_vec(),
                    proposed: None,
                    flags: "--positive CLASS".to_owned(),
                });
                Ok(None)
            }
        }
    }

    /// Three outputs or more.
    fn several(&self, outputs: usize, notes: &mut Notes) -> Result<Option<Classes>, InitError> {
        let count = self.written.len();
        let classes = |names: Vec<String>| Classes {
            names,
            written: Vec::new(),
            positive: None,
        };
        if let Some(order) = self.order(outputs, self.written)? {
            notes.line("outputs", order.join(", "), SAID);
            return Ok(Some(classes(order)));
        }
        if count > outputs {
            return Err(InitError::new(
                format!(
                    "the model gives {outputs} numbers for each sequence, and column `{}` has {count} classes: {}",
                    self.label,
                    self.written.join(", ")
                ),
                "name another column by `--label`, or leave out the rows of classes that the model does not know",
            ));
        }
        let mut numbers = self.written.iter().zip(0..);
        let is_numbered = numbers.all(|(written, number)| written.parse::<usize>() == Ok(number));
        if is_numbered && count == outputs {
            let why = format!("the labels 0 to {} number the model's outputs", count - 1);
            notes.line("outputs", self.written.join(", "), why);
            return Ok(Some(classes(self.written.to_vec())));
        }
        self.ask_order(outputs, self.written, notes);
        Ok(None)
    }

    /// A table of predictions names its columns by class: their order is no matter.
    fn by_name(&self, count: usize, notes: &mut Notes) -> Classes {
        notes.line(
            "classes",
            self.written.join(", "),
            format!("the {count} values of `{}`", self.label),
        );
        Classes {
            names: self.written.to_vec(),
            written: Vec::new(),
            positive: None,
        }
    }

    /// The order that was said: so many names, every class of the table among them.
    fn order(&self, outputs: usize, also: &[String]) -> Result<Option<Vec<String>>, InitError> {
        let Some(text) = self.wishes.get(Field::Classes) else {
            return Ok(None);
        };
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        let wrong = |message: String| {
            InitError::new(
                format!("--classes {text}: {message}"),
                format!(
                    "name the {outputs} classes in the order of the model's outputs; the table has {}",
                    self.written.join(", ")
                ),
            )
        };
        if names.len() != outputs {
            return Err(wrong(format!(
                "{} names, and the model gives {outputs} numbers",
                names.len()
            )));
        }
        if let Some(twice) = names
            .iter()
            .enumerate()
            .find(|(at, name)| names[..*at].contains(name))
        {
            return Err(wrong(format!("`{}` stands there twice", twice.1)));
        }
        let is_there = |name: &String, class: &String| {
            let place = self.written.iter().position(|it| it == name);
            name == class || place.is_some_and(|at| also.get(at) == Some(class))
        };
        match also
            .iter()
            .find(|class| !names.iter().any(|name| is_there(name, class)))
        {
            Some(missing) => Err(wrong(format!(
                "class `{missing}` of the table is not among them"
            ))),
            None => Ok(Some(names)),
        }
    }

    /// The class that was named by itself or as the table writes it.
    fn class_of(&self, said: &str, name: &dyn Fn(&str) -> String) -> String {
        let written = self.written.iter().find(|it| *it == said);
        written.map_or_else(|| said.to_owned(), |it| name(it))
    }

    fn ask_order(&self, outputs: usize, known: &[String], notes: &mut Notes) {
        let more = match known.len() {
            count if count < outputs && count > 0 => format!(
                " It has {outputs}, and the table {count}: name those that the table lacks, too."
            ),
            _ => String::new(),
        };
        notes.ask(Question {
            field: Field::Classes,
            words: format!(
                "Which of the model's {outputs} outputs is which class? No file says it; scikit-learn, Keras and torchvision number classes by the alphabet.{more}"
            ),
            choices: vec![format!("the table has {}", self.written.join(", "))],
            proposed: (self.written.len() == outputs).then(|| self.written.join(",")),
            flags: match self.written.len() == outputs {
                true => format!("--classes {}, in the order of the outputs", self.written.join(",")),
                false => format!("--classes A,B,C: {outputs} names, in the order of the outputs"),
            },
        });
    }

    fn unknown(&self, flag: &str, said: &str) -> InitError {
        let known: Vec<&str> = self.written.iter().map(String::as_str).collect();
        InitError::new(
            format!("{flag} {said}: column `{}` has no such class", self.label),
            suggest::cure(said, &known),
        )
    }
}

/// What the table writes, and the class where that is another word.
fn said(written: &str, class: &str) -> String {
    match written == class {
        true => class.to_owned(),
        false => format!("{written}, called `{class}`"),
    }
}

/// Whether two labels are a smaller and a larger number (0 and 1, -1 and 1) or false and true.
fn numbers_or_truths(first: &str, second: &str) -> bool {
    let numbers = (first.parse::<f64>(), second.parse::<f64>());
    let are_numbers =
        matches!(numbers, (Ok(low), Ok(high)) if (low == 0.0 || low == -1.0) && high == 1.0);
    are_numbers || (first.eq_ignore_ascii_case("false") && second.eq_ignore_ascii_case("true"))
}
