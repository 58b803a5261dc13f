//! What a model's inputs let one tell about how letters become numbers.

use std::collections::BTreeMap;

use titer_spec::Located;
use titer_spec::model::{
    Also, Holds, Input, Layout, Length, Letters, Longer, Number, OneHot, Other, Padding, Shorter,
    TokenLength, Tokens, Unit,
};

use super::{Found, Hints};
use crate::{Numbers, Port};

/// A part of a name, and what it tells that an input holds.
type Further = (&'static str, fn() -> Holds);

/// Names that tell what a further input holds.
const FURTHER: [Further; 6] = [
    ("mask", || Holds::Mask),
    ("token_type", || Holds::Zeros),
    ("segment", || Holds::Zeros),
    ("position", || Holds::Positions),
    ("lengths", || Holds::Lengths),
    ("seq_len", || Holds::Lengths),
];

/// What is guessed of an input.
pub(super) struct Guess {
    /// The input that fits.
    pub input: Input,
    /// Whether either of its axes may be the letters.
    pub axes_are_open: bool,
}

/// The input that fits; what was taken without being told goes to `open`.
pub(super) fn guess(found: &Found, hints: &Hints, open: &mut Vec<String>) -> Guess {
    let mut axes_are_open = false;
    let input = guessed(found, hints, open, &mut axes_are_open);
    Guess {
        input,
        axes_are_open,
    }
}

fn guessed(
    found: &Found,
    hints: &Hints,
    open: &mut Vec<String>,
    axes_are_open: &mut bool,
) -> Input {
    let inputs = &found.said.inputs;
    let Some(main) = main(inputs) else {
        open.push(
            "what it takes: `input` below is an example, one-hot letters of the whole sequence"
                .to_owned(),
        );
        return one_hot(None, Layout::LengthChannels, 4, open);
    };
    let axes = match *main.sizes.as_slice() {
        [_, first, second] => axes(first, second, hints),
        _ => None,
    };
    let mut input = match (&main.holds, main.sizes.as_slice(), axes) {
        (Numbers::Text, ..) => Input {
            letters: Some(Letters::AsIs),
            ..Input::default()
        },
        (Numbers::Whole, sizes, _) => tokens(found, sizes.get(1).copied().flatten(), open),
        (_, _, Some(axes)) => {
            *axes_are_open = axes.are_open;
            one_hot(axes.length, axes.layout, axes.channels, open)
        }
        (_, [], _) => {
            open.push(
                "what it takes: `input` below is an example, one-hot letters of the whole sequence"
                    .to_owned(),
            );
            one_hot(None, Layout::LengthChannels, 4, open)
        }
        _ => {
            open.push(format!(
                "how a sequence becomes {}: no adaptor of Titer makes that; export the model with an input [batch, length, 4], [batch, 4, length] or of tokens",
                main.in_words()
            ));
            one_hot(None, Layout::LengthChannels, 4, open)
        }
    };
    if inputs.len() > 1 {
        open.push(format!(
            "which of its inputs takes the sequence: `{}` was taken; `input.tensor`",
            main.name
        ));
        input.tensor = Some(Located::nowhere(main.name.clone()));
        let further = inputs.iter().filter(|port| port.name != main.name);
        input.also = further.map(|port| also(port, open)).collect();
    }
    input
}

/// The axes of a one-hot input behind the batch.
struct Axes {
    layout: Layout,
    length: Option<usize>,
    channels: usize,
    are_open: bool,
}

/// Which axis is the letters: the one of 4 or 5, else what a hint says; `None` where neither can be.
fn axes(first: Option<usize>, second: Option<usize>, hints: &Hints) -> Option<Axes> {
    let may_be_letters = |size: Option<usize>| matches!(size, None | Some(4 | 5));
    let axes = |layout: Layout, are_open: bool| {
        let (length, letters) = match layout {
            Layout::LengthChannels => (first, second),
            Layout::ChannelsLength => (second, first),
        };
        may_be_letters(letters).then(|| Axes {
            layout,
            length,
            channels: letters.unwrap_or(4),
            are_open,
        })
    };
    if let Some(layout) = hints.layout {
        return axes(layout, false);
    }
    match (first, second) {
        (Some(4 | 5), Some(4 | 5)) if first != second && hints.bases == second => {
            axes(Layout::ChannelsLength, false)
        }
        (Some(4 | 5), Some(4 | 5)) => axes(
            Layout::LengthChannels,
            first == second || hints.bases != first,
        ),
        (_, Some(4 | 5)) => axes(Layout::LengthChannels, false),
        (Some(4 | 5), _) => axes(Layout::ChannelsLength, false),
        (_, None) => axes(Layout::LengthChannels, true),
        _ => None,
    }
}

/// The input that the sequence goes to.
fn main(inputs: &[Port]) -> Option<&Port> {
    let further = |port: &&Port| FURTHER.iter().all(|(part, _)| !port.name.contains(part));
    inputs.iter().find(further).or(inputs.first())
}

fn also(port: &Port, open: &mut Vec<String>) -> Located<Also> {
    let known = FURTHER.iter().find(|(part, _)| port.name.contains(part));
    let holds = match (known, port.sizes.as_slice()) {
        (Some((_, holds)), _) => holds(),
        (None, [_, Some(count)]) if port.holds == Numbers::Floats => Holds::Each(vec![0.0; *count]),
        (None, _) => Holds::Zeros,
    };
    let why = match known {
        Some((part, _)) => format!(", for its name has `{part}` in it"),
        None => String::new(),
    };
    open.push(format!(
        "what {} holds: {} were taken{why}; `input.also`",
        port.in_words(),
        in_words(&holds)
    ));
    Located::nowhere(Also {
        tensor: port.name.clone(),
        holds,
        number: match port.holds {
            Numbers::Floats => Number::F32,
            _ => Number::I64,
        },
    })
}

fn in_words(holds: &Holds) -> &'static str {
    match holds {
        Holds::Mask => "1 for tokens and 0 for padding",
        Holds::Zeros | Holds::Each(_) => "zeros",
        Holds::Positions => "0, 1, 2 and so on",
        Holds::Lengths => "lengths",
    }
}

fn one_hot(
    length: Option<usize>,
    layout: Layout,
    channels: usize,
    open: &mut Vec<String>,
) -> Input {
    let (alphabet, other) = match channels {
        5 => ("ACGTN", Other::Zeros),
        _ => ("ACGT", Other::Zeros),
    };
    open.push(format!(
        "the order of its letters: {alphabet} was taken; and what N becomes: zeros were taken; `input.one_hot`"
    ));
    match length {
        Some(bases) => open.push(format!(
            "which {bases} bases of a longer sequence it reads, and what it gets of a shorter one: `input.window`, or `shorter` and `longer` of `input.length`"
        )),
        None => open.push(
            "whether it needs flanking bases, or was trained on one length: `input.length`"
                .to_owned(),
        ),
    }
    Input {
        length: length.map(|bases| Located::nowhere(refusing(bases))),
        one_hot: Some(OneHot {
            alphabet: alphabet.to_owned(),
            layout,
            other,
        }),
        ..Input::default()
    }
}

fn refusing(bases: usize) -> Length {
    Length {
        bases,
        shorter: Shorter::Refuse,
        longer: Longer::Refuse,
        padding: Padding::N,
    }
}

/// Tokens by the tokenizer that lies beside the model; single bases where there is none.
fn tokens(found: &Found, length: Option<usize>, open: &mut Vec<String>) -> Input {
    let has = |role: &str| found.files.contains_key(role);
    let (unit, vocabulary, pad): (_, Option<BTreeMap<String, i64>>, _) = if has("tokenizer") {
        open.push("which of its tokens fills up: [PAD] was taken; `input.tokens.pad`".to_owned());
        (Unit::Bpe, None, Some("[PAD]".to_owned()))
    } else if has("vocabulary") {
        open.push(
            "what a token is: one base was taken, and its vocabulary's names for what stands around them were not looked for; `input.tokens`"
                .to_owned(),
        );
        (Unit::SingleNucleotide, None, None)
    } else {
        open.push(
            "which number a letter is: A 0, C 1, G 2, T 3, N 4 was taken; put tokenizer.json or vocab.txt beside the model and probe again; `input.tokens`"
                .to_owned(),
        );
        let letters = ["A", "C", "G", "T", "N"].into_iter().map(str::to_owned);
        (
            Unit::SingleNucleotide,
            Some(letters.zip(0..).collect()),
            None,
        )
    };
    // What the numbers of a whole vocabulary lack is N; a file of tokens says itself what stands for it.
    let unknown = vocabulary.is_some().then(|| "N".to_owned());
    let tokens = length.or((unit == Unit::Bpe).then_some(512));
    let shorter = match pad {
        Some(_) => Shorter::PadRight,
        None => Shorter::Refuse,
    };
    if length.is_none() && unit == Unit::Bpe {
        open.push("how many tokens it takes: 512 were taken; `input.tokens.length`".to_owned());
    }
    if tokens.is_some() {
        open.push(
            "what becomes of a sequence of more tokens (its end is cut away) and of fewer (`shorter`); `input.tokens.length`"
                .to_owned(),
        );
    }
    let length = tokens.map(|tokens| TokenLength {
        tokens,
        shorter,
        longer: Longer::CropRight,
        pad_to: titer_spec::model::PadTo::Length,
    });
    Input {
        tokens: Some(Located::nowhere(Tokens {
            unit,
            vocabulary,
            begin: None,
            end: None,
            pad,
            unknown,
            length,
        })),
        ..Input::default()
    }
}
