//! A proposal as the text of a descriptor.

use std::fmt::Write as _;
use std::path::Path;

use titer_core::{Digest, ModelError};
use titer_spec::OutputKind;
use titer_spec::model::{Holds, Input, Layout, Letters, Number, OutputSpec, Pooling, Tokens, Unit};

use super::{Found, Proposal};

/// The descriptor, with what was told and what was not as comments.
///
/// # Errors
/// A file of the model cannot be read.
pub fn described(proposal: &Proposal) -> Result<String, ModelError> {
    let found = &proposal.found;
    let mut text = String::from("# Proposed by `titer models probe`. The model says:\n");
    let mut note = |line: &str| comment(&mut text, line);
    for fact in &found.said.facts {
        note(fact);
    }
    for (what, ports) in [
        ("takes", &found.said.inputs),
        ("gives", &found.said.outputs),
    ] {
        for port in ports {
            note(&format!("{what} {}", port.in_words()));
        }
    }
    if let Some(operator) = &found.said.ends_in {
        note(&format!("its answer comes from {operator}"));
    }
    match &proposal.trial {
        Ok(words) => text.push_str(&format!("# Tried: {}.\n", shown(words))),
        Err(reason) => text.push_str(&format!(
            "# It did not run with what stands below: {}\n",
            shown(reason)
        )),
    }
    text.push_str("# It does not say; correct this before you believe a score:\n");
    for item in &proposal.open {
        comment(&mut text, item);
    }
    Ok(text + &body(found, &proposal.input, &proposal.output)?)
}

fn comment(text: &mut String, line: &str) {
    text.push_str("#   ");
    text.push_str(&shown(line));
    text.push('\n');
}

/// One line, whatever it was.
fn shown(words: &str) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    words.chars().map(plain).collect()
}

/// The descriptor without comments on the model.
pub(super) fn body(
    found: &Found,
    input: &Input,
    output: &OutputSpec,
) -> Result<String, ModelError> {
    let name = name(found);
    let precision = found.said.precision();
    let mut text = String::new();
    let mut line = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    line(&format!("model: {}", quoted(&name)));
    line("summary: \"\"");
    line("tasks: []    # the tasks of the suites that it answers");
    line("input:");
    line(&input_lines(input));
    line(&output_line(output));
    line("training: {seen: [], complete: false, description: not known}");
    line("licence: {}");
    line("variants:");
    line(&format!("  - variant: {}", quoted(precision)));
    line(&format!("    backend: {}", found.backend.name()));
    line(&format!("    precision: {}", quoted(precision)));
    if found.said.batch_dependent {
        line("    batch_dependent: true    # it scales activations by each batch's own range");
    }
    if !found.command.is_empty() {
        let words: Vec<String> = found.command.iter().map(|word| quoted(word)).collect();
        line(&format!("    process: {{command: [{}]}}", words.join(", ")));
    }
    if let Some(served) = &found.served {
        let version = served.version.as_ref();
        let version = version.map_or(String::new(), |version| {
            format!(", version: {}", json(version))
        });
        let (url, model) = (json(&served.url), quoted(&served.model));
        line(&format!(
            "    http: {{url: {url}, model: {model}{version}}}"
        ));
    }
    if !found.files.is_empty() {
        line("    files:");
    }
    for (role, path) in &found.files {
        line(&format!("      {}", entry(found, role, path)?));
    }
    line(&format!("reference: {}", quoted(precision)));
    Ok(text)
}

/// The model's name: the file's, in the letters that names are made of.
fn name(found: &Found) -> String {
    let main = ["model", "weights", "script"].iter();
    let path = main.filter_map(|role| found.files.get(*role)).next();
    let served = found.served.as_ref().map(|served| served.model.as_ref());
    let stem = path
        .and_then(|path| path.file_stem())
        .or(served)
        .unwrap_or_default();
    let plain = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '-',
    };
    let name: String = stem.to_string_lossy().chars().map(plain).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "model" } else { name }.to_owned()
}

fn entry(found: &Found, role: &str, path: &Path) -> Result<String, ModelError> {
    let failed = |error: std::io::Error| ModelError::File {
        path: path.display().to_string(),
        reason: format!("cannot be read: {error}"),
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let digest = Digest::of_reader(file).map_err(failed)?;
    let relative = path.strip_prefix(&found.folder).unwrap_or(path);
    let relative = quoted(&relative.to_string_lossy());
    Ok(format!(
        "{}: {{path: {relative}, digest: \"{digest}\", bytes: {bytes}}}",
        quoted(role)
    ))
}

/// Plain where YAML reads it as the same text; JSON's quotes, which YAML shares, elsewhere.
fn quoted(word: &str) -> String {
    let mut letters = word.chars();
    let plain = letters
        .next()
        .is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "-_./".contains(letter))
        && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
            .contains(&word.to_ascii_lowercase().as_str());
    if plain { word.to_owned() } else { json(word) }
}

fn json(word: &str) -> String {
    serde_json::Value::from(word).to_string()
}

fn input_lines(input: &Input) -> String {
    let mut lines = Vec::new();
    if let Some(length) = &input.length {
        lines.push(format!(
            "  length: {{bases: {}, shorter: refuse, longer: refuse}}",
            length.value.bases
        ));
    }
    if let Some(one_hot) = &input.one_hot {
        let layout = match one_hot.layout {
            Layout::LengthChannels => "length_channels",
            Layout::ChannelsLength => "channels_length",
        };
        lines.push(format!(
            "  one_hot: {{alphabet: {}, layout: {layout}, other: zeros}}",
            one_hot.alphabet
        ));
    }
    if let Some(tokens) = &input.tokens {
        lines.push(token_lines(&tokens.value));
    }
    if let Some(Letters::AsIs) = input.letters {
        lines.push("  letters: as_is".to_owned());
    }
    if let Some(tensor) = &input.tensor {
        lines.push(format!("  tensor: {}", quoted(&tensor.value)));
    }
    if !input.also.is_empty() {
        lines.push("  also:".to_owned());
    }
    for also in &input.also {
        let holds = match &also.value.holds {
            Holds::Mask => "mask".to_owned(),
            Holds::Zeros => "zeros".to_owned(),
            Holds::Positions => "positions".to_owned(),
            Holds::Lengths => "lengths".to_owned(),
            Holds::Each(numbers) => format!("{{each: {numbers:?}}}"),
        };
        let number = match also.value.number {
            Number::I64 => "",
            Number::F32 => ", type: f32",
        };
        let tensor = quoted(&also.value.tensor);
        lines.push(format!(
            "    - {{tensor: {tensor}, holds: {holds}{number}}}"
        ));
    }
    if lines.is_empty() {
        lines.push("  letters: as_is".to_owned());
    }
    lines.join("\n")
}

fn token_lines(tokens: &Tokens) -> String {
    let unit = match tokens.unit {
        Unit::Bpe => "bpe".to_owned(),
        Unit::SingleNucleotide => "single_nucleotide".to_owned(),
        Unit::OverlappingKmer(kmer) => format!("{{overlapping_kmer: {{k: {}}}}}", kmer.k),
        Unit::KmerAndRest(kmer) => format!("{{kmer_and_rest: {{k: {}}}}}", kmer.k),
    };
    let mut text = format!("  tokens:\n    unit: {unit}");
    if let Some(vocabulary) = &tokens.vocabulary {
        let mut pairs: Vec<_> = vocabulary.iter().collect();
        pairs.sort_by_key(|(_, number)| **number);
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(letter, number)| format!("\"{letter}\": {number}"))
            .collect();
        let _ = write!(text, "\n    vocabulary: {{{}}}", pairs.join(", "));
    }
    if let Some(pad) = &tokens.pad {
        let _ = write!(text, "\n    pad: {}", quoted(pad));
    }
    if let Some(length) = &tokens.length {
        let shorter = if tokens.pad.is_some() {
            "pad_right"
        } else {
            "refuse"
        };
        let _ = write!(
            text,
            "\n    length: {{tokens: {}, shorter: {shorter}, longer: crop_right}}",
            length.tokens
        );
    }
    text
}

fn output_line(output: &OutputSpec) -> String {
    let kind = match output.kind {
        OutputKind::Binary => "binary",
        OutputKind::PerPosition => "per_position",
        OutputKind::Classes => "classes",
        OutputKind::Value => "value",
    };
    let mut text = format!("output: {{kind: {kind}");
    if let Some(tensor) = &output.tensor {
        let _ = write!(text, ", tensor: {}", quoted(&tensor.value));
    }
    if !output.classes.is_empty() {
        let classes: Vec<String> = output.classes.iter().map(|class| quoted(class)).collect();
        let _ = write!(text, ", classes: [{}]", classes.join(", "));
    }
    if let Some(positive) = &output.positive {
        let _ = write!(text, ", positive: {}", quoted(&positive.value));
    }
    if let Some(Pooling::Mean) = output.pooling {
        text.push_str(", pooling: mean");
    }
    let activation = match output.activation {
        titer_spec::model::Activation::None => "none",
        titer_spec::model::Activation::Sigmoid => "sigmoid",
        titer_spec::model::Activation::Softmax => "softmax",
    };
    let _ = write!(text, ", activation: {activation}}}");
    text
}
