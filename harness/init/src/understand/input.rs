//! How a sequence of the table becomes the model's input.

use titer_data::profile::Profile;
use titer_inspection::Numbers;
use titer_inspection::probe::Proposal;
use titer_spec::Located;
use titer_spec::model::{Layout, Length, Longer, Padding, Shorter, Unit};
use titer_spec::suite::Span;

use super::{Columns, Notes, Question, SAID};
use crate::error::InitError;
use crate::wishes::{Field, Wishes};

/// Brings a proposal's input and the table's sequences together.
pub(super) fn fit(
    build: &mut Proposal,
    table: &Profile,
    columns: &Columns,
    wishes: &Wishes,
    notes: &mut Notes,
) -> Result<(), InitError> {
    ran(build)?;
    let (shortest, longest) = table
        .column(&columns.sequence)
        .map_or((0, 0), |column| (column.shortest, column.longest));
    if build.input.one_hot.is_some() {
        axes(build, wishes, notes)?;
        letters(build, wishes, notes)?;
        return bases(build, (shortest, longest), wishes, notes);
    }
    if build.input.tokens.is_some() {
        return tokens(build, wishes, notes);
    }
    notes.line(
        "input",
        "letters, as text",
        "the model says that it takes text",
    );
    Ok(())
}

/// What does not run has no input to be held to.
fn ran(build: &Proposal) -> Result<(), InitError> {
    let silent = build
        .found
        .said
        .inputs
        .iter()
        .all(|port| port.sizes.is_empty());
    let unsaid = build
        .found
        .said
        .inputs
        .iter()
        .all(|port| port.holds == Numbers::Unsaid);
    if silent && unsaid && build.found.said.inputs.len() < 2 {
        return Err(InitError::new(
            format!("{}: does not say what it takes", build.found.name),
            "say it in the script: `titer_model.serve(predict, datatypes=[\"BYTES\"], shapes=[[-1]])` of letters, `datatypes=[\"FP32\"], shapes=[[-1, 60, 4]]` of one-hot letters",
        ));
    }
    match &build.trial {
        Ok(_) => Ok(()),
        Err(reason) => Err(InitError::new(
            format!("{}: did not answer: {reason}", build.found.name),
            "`titer models probe` shows what it says of itself; correct the model, or describe it by hand (docs/adaptors.md)",
        )),
    }
}

fn axes(build: &mut Proposal, wishes: &Wishes, notes: &mut Notes) -> Result<(), InitError> {
    let Some(one_hot) = &mut build.input.one_hot else {
        return Ok(());
    };
    let said = match wishes.get(Field::Layout) {
        None => None,
        Some("length_channels") => Some(Layout::LengthChannels),
        Some("channels_length") => Some(Layout::ChannelsLength),
        Some(other) => {
            return Err(InitError::new(
                format!("--layout {other}: no such order of axes"),
                "write `length_channels` ([batch, length, 4], as Keras has it) or `channels_length` ([batch, 4, length], as PyTorch has it)",
            ));
        }
    };
    let name = |layout| match layout {
        Layout::LengthChannels => "length_channels",
        Layout::ChannelsLength => "channels_length",
    };
    let shape = build
        .found
        .said
        .inputs
        .first()
        .map(titer_inspection::Port::in_words);
    let shape = shape.unwrap_or_default();
    match said {
        Some(layout) if build.axes_are_open => {
            one_hot.layout = layout;
            notes.line("layout", name(layout), SAID);
        }
        Some(layout) if layout != one_hot.layout => {
            return Err(InitError::new(
                format!("--layout {}: the model takes {shape}, which is {}", name(layout), name(one_hot.layout)),
                "leave the flag out",
            ));
        }
        _ if build.axes_are_open => notes.ask(Question {
            field: Field::Layout,
            words: format!("Which axis of the model's input is the letters? It takes {shape} and runs both ways."),
            choices: vec![
                "length_channels: [batch, length, letters], as Keras has it".to_owned(),
                "channels_length: [batch, letters, length], as PyTorch has it".to_owned(),
            ],
            proposed: None,
            flags: "--layout length_channels or --layout channels_length".to_owned(),
        }),
        _ => notes.line("layout", name(one_hot.layout), format!("the model takes {shape}")),
    }
    settle(build, "axis is the letters");
    Ok(())
}

fn letters(build: &mut Proposal, wishes: &Wishes, notes: &mut Notes) -> Result<(), InitError> {
    let Some(one_hot) = &mut build.input.one_hot else {
        return Ok(());
    };
    let Some(said) = wishes.get(Field::Alphabet) else {
        notes.line(
            "letters",
            one_hot.alphabet.clone(),
            "taken: no file says their order; `--alphabet`",
        );
        return Ok(());
    };
    let mut sorted: Vec<char> = said.to_uppercase().chars().collect();
    sorted.sort_unstable();
    let mut wanted: Vec<char> = one_hot.alphabet.chars().collect();
    wanted.sort_unstable();
    if sorted != wanted {
        return Err(InitError::new(
            format!(
                "--alphabet {said}: the model takes {} letters",
                wanted.len()
            ),
            format!("write {} in the order of its channels", one_hot.alphabet),
        ));
    }
    one_hot.alphabet = said.to_uppercase();
    notes.line("letters", one_hot.alphabet.clone(), SAID);
    settle(build, "the order of its letters");
    Ok(())
}

fn bases(
    build: &mut Proposal,
    (shortest, longest): (usize, usize),
    wishes: &Wishes,
    notes: &mut Notes,
) -> Result<(), InitError> {
    let fixed = build.input.length.as_ref().map(|length| length.value.bases);
    let said = whole(wishes, Field::Length)?;
    if let (Some(fixed), Some(said)) = (fixed, said)
        && fixed != said
    {
        let message = format!("--length {said}: the model takes {fixed} bases");
        return Err(InitError::new(message, "leave the flag out"));
    }
    settle(build, "input.length");
    if let Some(span) = window(wishes)? {
        return windowed(build, span, fixed.or(said), shortest, notes);
    }
    let Some(wanted) = fixed.or(said) else {
        if shortest == longest {
            notes.line(
                "bases",
                format!("all {longest}"),
                "the model takes any number, and the table has one",
            );
            notes.assumed.push(format!(
                "the model takes sequences of any length: that it was trained on {longest} bases; `--length`"
            ));
            return Ok(());
        }
        notes.ask(Question {
            field: Field::Length,
            words: format!("How many bases is the model given? It takes any number, and the table's sequences have {shortest} to {longest}."),
            choices: Vec::new(),
            proposed: Some(longest.to_string()),
            flags: "--length BASES".to_owned(),
        });
        return Ok(());
    };
    let longer = longer(wishes)?;
    let shorter = shorter(wishes)?;
    if longest > wanted && longer.is_none() {
        notes.ask(Question {
            field: Field::Longer,
            words: format!("Which {wanted} bases of a longer sequence does the model see? The table's have up to {longest}."),
            choices: vec![
                "crop_both: those in the middle".to_owned(),
                "crop_right: the first ones".to_owned(),
                "crop_left: the last ones".to_owned(),
            ],
            proposed: None,
            flags: "--longer crop_both, crop_right or crop_left; or --window START-END, counted from 0".to_owned(),
        });
    }
    if shortest < wanted && shorter.is_none() {
        notes.ask(Question {
            field: Field::Shorter,
            words: format!("Where are shorter sequences filled up with N to {wanted} bases? The table's have {shortest} at least."),
            choices: vec![
                "pad_both: on both sides".to_owned(),
                "pad_right: after the end".to_owned(),
                "pad_left: before the start".to_owned(),
            ],
            proposed: None,
            flags: "--shorter pad_both, pad_right or pad_left".to_owned(),
        });
    }
    build.input.length = Some(Located::nowhere(Length {
        bases: wanted,
        shorter: shorter.unwrap_or_default(),
        longer: longer.unwrap_or_default(),
        padding: Padding::default(),
    }));
    let why = match (longest > wanted, shortest < wanted) {
        (false, false) => "the model's and the table's are the same".to_owned(),
        _ => format!(
            "you said what becomes of the table's {shortest} to {longest}: {}",
            [wishes.get(Field::Longer), wishes.get(Field::Shorter)]
                .map(Option::unwrap_or_default)
                .join(" ")
                .trim()
        ),
    };
    notes.line("bases", wanted.to_string(), why);
    Ok(())
}

/// The part of each sequence that was said.
fn windowed(
    build: &mut Proposal,
    span: Span,
    wanted: Option<usize>,
    shortest: usize,
    notes: &mut Notes,
) -> Result<(), InitError> {
    let Span { start, end } = span;
    let taken = end - start;
    if end > shortest {
        return Err(InitError::new(
            format!("--window {start}-{end}: the table has a sequence of {shortest} bases"),
            "name a part that lies within every sequence",
        ));
    }
    if let Some(wanted) = wanted.filter(|wanted| *wanted != taken) {
        return Err(InitError::new(
            format!("--window {start}-{end}: that is {taken} bases, and the model takes {wanted}"),
            format!(
                "name {wanted} bases, as in `--window {start}-{}`",
                start + wanted
            ),
        ));
    }
    build.input.window = Some(Located::nowhere(span));
    notes.line("bases", format!("{start} to {end} of each sequence"), SAID);
    Ok(())
}

fn window(wishes: &Wishes) -> Result<Option<Span>, InitError> {
    let Some(text) = wishes.get(Field::Window) else {
        return Ok(None);
    };
    let span = text.split_once('-').and_then(|(start, end)| {
        let (start, end) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
        (start < end).then_some(Span { start, end })
    });
    span.map(Some).ok_or_else(|| {
        InitError::new(
            format!("--window {text}: no part of a sequence"),
            "write the first base, counted from 0, and one past the last, as in `--window 190-210`",
        )
    })
}

fn whole(wishes: &Wishes, field: Field) -> Result<Option<usize>, InitError> {
    let Some(text) = wishes.get(field) else {
        return Ok(None);
    };
    let number = text.parse::<usize>().ok().filter(|number| *number > 0);
    number.map(Some).ok_or_else(|| {
        InitError::new(
            format!("--{} {text}: no number of bases", field.name()),
            "write a whole number",
        )
    })
}

fn longer(wishes: &Wishes) -> Result<Option<Longer>, InitError> {
    Ok(Some(match wishes.get(Field::Longer) {
        None => return Ok(None),
        Some("crop_both") => Longer::CropBoth,
        Some("crop_left") => Longer::CropLeft,
        Some("crop_right") => Longer::CropRight,
        Some(other) => {
            return Err(InitError::new(
                format!("--longer {other}: no such word"),
                "write `crop_both` (the middle stays), `crop_right` (the end goes) or `crop_left` (the start goes)",
            ));
        }
    }))
}

fn shorter(wishes: &Wishes) -> Result<Option<Shorter>, InitError> {
    Ok(Some(match wishes.get(Field::Shorter) {
        None => return Ok(None),
        Some("pad_both") => Shorter::PadBoth,
        Some("pad_left") => Shorter::PadLeft,
        Some("pad_right") => Shorter::PadRight,
        Some(other) => {
            return Err(InitError::new(
                format!("--shorter {other}: no such word"),
                "write `pad_both`, `pad_right` (after the end) or `pad_left` (before the start)",
            ));
        }
    }))
}

fn tokens(build: &mut Proposal, wishes: &Wishes, notes: &mut Notes) -> Result<(), InitError> {
    let Some(tokens) = &mut build.input.tokens else {
        return Ok(());
    };
    if tokens.value.unit == Unit::Bpe {
        notes.line(
            "input",
            "tokens by tokenizer.json",
            "it lies beside the model",
        );
        return Ok(());
    }
    // A vocabulary that the descriptor writes out was made up by the probe.
    if tokens.value.vocabulary.is_none() {
        notes.line(
            "input",
            "a token for each base, numbered by the vocabulary beside the model",
            "taken: see what was assumed",
        );
        return Ok(());
    }
    let Some(said) = wishes.get(Field::Tokens) else {
        notes.ask(Question {
            field: Field::Tokens,
            words: "Which number is each letter to the model? It takes whole numbers, and no tokenizer.json or vocab.txt lies beside it.".to_owned(),
            choices: vec!["tokenizer.json of the model, put beside it, says it without a flag".to_owned()],
            proposed: None,
            flags: "--tokens A=0,C=1,G=2,T=3,N=4, with its numbers".to_owned(),
        });
        return Ok(());
    };
    let pair = |text: &str| {
        let (letter, number) = text.split_once('=')?;
        Some((letter.trim().to_uppercase(), number.trim().parse().ok()?))
    };
    let pairs: Option<Vec<(String, i64)>> = said.split(',').map(pair).collect();
    let Some(pairs) = pairs.filter(|pairs| {
        ["A", "C", "G", "T", "N"]
            .iter()
            .all(|base| pairs.iter().any(|(it, _)| it == base))
    }) else {
        return Err(InitError::new(
            format!("--tokens {said}: it does not say a number of each of A, C, G, T and N"),
            "write `--tokens A=7,C=8,G=9,T=10,N=11`, with the model's numbers",
        ));
    };
    tokens.value.vocabulary = Some(pairs.into_iter().collect());
    notes.line("input", format!("a token for each base: {said}"), SAID);
    settle(build, "which number a letter is");
    Ok(())
}

/// Takes out of what a proposal leaves open what is settled: its words, or the field that they end in.
pub(super) fn settle(build: &mut Proposal, about: &str) {
    build.open.retain(|item| !item.contains(about));
}
