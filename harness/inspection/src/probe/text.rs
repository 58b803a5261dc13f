//! A proposal as the text of a descriptor.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use titer_core::{Digest, ModelError};
use titer_spec::OutputKind;
use titer_spec::model::{
    Holds, Input, Layout, Length, Letters, Number, OutputLayout, OutputSpec, Pooling, Tokens, Unit,
};
use titer_spec::suite::Span;
use titer_spec::yaml::quoted;

use super::{Found, Proposal};

/// What a descriptor calls a model, where more is known than its files say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// Its name.
    pub model: String,
    /// One sentence.
    pub summary: String,
    /// The task of the suite that it answers.
    pub task: String,
    /// The command that wrote it.
    pub by: String,
}

/// The descriptor of one model in several builds, a variant each, with what was told and what was not as comments. The first one's
/// input and output are taken; a build that has others is left out, and the comments say so.
///
/// # Errors
/// A file of the model cannot be read.
pub fn described(proposals: &[Proposal], naming: Option<&Naming>) -> Result<String, ModelError> {
    let Some(first) = proposals.first() else {
        return Ok(String::new());
    };
    let (fitting, others): (Vec<&Proposal>, Vec<&Proposal>) = proposals
        .iter()
        .partition(|other| is_a_build_of(first, other));
    let by = naming.map_or("models probe", |naming| &naming.by);
    let mut text = format!("# Proposed by `titer {by}`.\n");
    let several = proposals.len() > 1;
    for proposal in &fitting {
        let whose = match several {
            true => proposal
                .found
                .file
                .as_ref()
                .map(|path| path.display().to_string()),
            false => None,
        };
        says(proposal, whose.as_deref(), &mut text);
    }
    text.push_str("# It does not say; correct this before you believe a score:\n");
    let mut open: Vec<&String> = Vec::new();
    for item in fitting.iter().flat_map(|proposal| &proposal.open) {
        if !open.contains(&item) {
            open.push(item);
        }
    }
    for item in open {
        comment(&mut text, item);
    }
    for other in others {
        let path = other
            .found
            .file
            .as_ref()
            .map(|path| path.display().to_string());
        let left_out = format!(
            "left out: {}, whose input or output is another; probe it alone, for a model of its own",
            path.unwrap_or_default()
        );
        comment(&mut text, &left_out);
    }
    let builds: Vec<&Found> = fitting.iter().map(|proposal| &proposal.found).collect();
    Ok(text + &body(&builds, &first.input, &first.output, naming)?)
}

/// Whether two proposals differ in nothing but their files and precision.
#[must_use]
pub fn is_a_build_of(first: &Proposal, other: &Proposal) -> bool {
    let has_files = !other.found.files.is_empty();
    let alike = input_lines(&first.input) == input_lines(&other.input)
        && output_line(&first.output) == output_line(&other.output);
    std::ptr::eq(first, other) || (has_files && alike)
}

/// What a model says of itself, as comments.
fn says(proposal: &Proposal, whose: Option<&str>, text: &mut String) {
    let found = &proposal.found;
    let whose = whose.unwrap_or("The model");
    text.push_str(&format!("# {} says:\n", shown(whose)));
    let mut note = |line: &str| comment(text, line);
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
    if let Some(ending) = &found.said.ends_in {
        note(&format!("its answer comes from {}", ending.operator));
    }
    match &proposal.trial {
        Ok(words) => text.push_str(&format!("# Tried: {}.\n", shown(words))),
        Err(reason) => text.push_str(&format!(
            "# It did not run with what stands below: {}\n",
            shown(reason)
        )),
    }
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

/// The descriptor without comments on the model: a variant for each build.
pub(super) fn body(
    builds: &[&Found],
    input: &Input,
    output: &OutputSpec,
    naming: Option<&Naming>,
) -> Result<String, ModelError> {
    let names = variant_names(builds);
    let (Some(first), Some(reference)) = (builds.first(), names.first()) else {
        return Ok(String::new());
    };
    let mut text = String::new();
    let [name, summary, tasks] = match naming {
        Some(naming) => [
            format!("model: {}", quoted(&naming.model)),
            format!("summary: {}", quoted(&naming.summary)),
            format!("tasks: [{}]", quoted(&naming.task)),
        ],
        None => [
            format!("model: {}", quoted(&model_name(builds.len(), first))),
            "summary: \"\"".to_owned(),
            "tasks: []    # the tasks of the suites that it answers".to_owned(),
        ],
    };
    for line in [
        &name[..],
        &summary,
        &tasks,
        "input:",
        &input_lines(input),
        &output_line(output),
        "training: {seen: [], complete: false, description: not known}",
        "licence: {}",
        "variants:",
    ] {
        text.push_str(line);
        text.push('\n');
    }
    for (found, name) in builds.iter().zip(&names) {
        variant(found, first, name, &mut text)?;
    }
    text.push_str(&format!("reference: {}\n", quoted(reference)));
    Ok(text)
}

/// The names of the variants: the precision of each build, or the stem of its file where another one has the same.
#[must_use]
pub fn variant_names(builds: &[&Found]) -> Vec<String> {
    let precisions: Vec<&str> = builds.iter().map(|found| found.said.precision()).collect();
    let mut names: Vec<String> = Vec::new();
    for (found, precision) in builds.iter().zip(&precisions) {
        let others = precisions.iter().filter(|other| *other == precision);
        let mut own = match others.count() {
            1 => (*precision).to_owned(),
            _ => plain_name(&found.name),
        };
        while names.contains(&own) {
            own.push_str("-2");
        }
        names.push(own);
    }
    names
}

fn variant(found: &Found, first: &Found, name: &str, text: &mut String) -> Result<(), ModelError> {
    let mut line = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    line(&format!("  - variant: {}", quoted(name)));
    line(&format!("    backend: {}", found.backend.name()));
    line(&format!(
        "    precision: {}",
        quoted(found.said.precision())
    ));
    if found.said.batch_dependent {
        line("    batch_dependent: true    # it scales activations by each batch's own range");
    }
    if let Some(options) = &found.options {
        line(&format!("    {}: {options}", found.backend.name()));
    }
    if !found.files.is_empty() {
        line("    files:");
    }
    for (role, path) in &found.files {
        line(&format!("      {}", entry(&first.folder, role, path)?));
    }
    Ok(())
}

/// The model's name: of one build its file's, of several, or of a file that is called `model`, its folder's.
#[must_use]
pub fn model_name(builds: usize, first: &Found) -> String {
    let own = plain_name(&first.name);
    let folder = first.folder.file_name();
    match folder {
        Some(folder) if builds > 1 || own == "model" => plain_name(&folder.to_string_lossy()),
        _ => own,
    }
}

/// A name in the letters that names are made of.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let plain = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '-',
    };
    let name: String = name.chars().map(plain).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "model" } else { name }.to_owned()
}

fn entry(folder: &Path, role: &str, path: &Path) -> Result<String, ModelError> {
    let failed = |error: std::io::Error| ModelError::File {
        path: path.display().to_string(),
        reason: format!("cannot be read: {error}"),
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let digest = Digest::of_reader(file).map_err(failed)?;
    let relative = path.strip_prefix(folder).unwrap_or(path);
    let relative = quoted(&relative.to_string_lossy());
    Ok(format!(
        "{}: {{path: {relative}, digest: \"{digest}\", bytes: {bytes}}}",
        quoted(role)
    ))
}

fn input_lines(input: &Input) -> String {
    let mut lines = Vec::new();
    if let Some(window) = &input.window {
        let Span { start, end } = window.value;
        lines.push(format!("  window: {{start: {start}, end: {end}}}"));
    }
    if let Some(length) = &input.length {
        let Length {
            bases,
            shorter,
            longer,
            ..
        } = length.value;
        let (shorter, longer) = (word(&shorter), word(&longer));
        lines.push(format!(
            "  length: {{bases: {bases}, shorter: {shorter}, longer: {longer}}}"
        ));
    }
    if let Some(one_hot) = &input.one_hot {
        let layout = match one_hot.layout {
            Layout::LengthChannels => "length_channels",
            Layout::ChannelsLength => "channels_length",
        };
        lines.push(format!(
            "  one_hot: {{alphabet: {}, layout: {layout}, other: zeros}}",
            quoted(&one_hot.alphabet)
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

/// What YAML calls a value that is one word.
fn word(value: &impl Serialize) -> String {
    let word = serde_json::to_value(value).ok();
    let word = word.as_ref().and_then(serde_json::Value::as_str);
    word.unwrap_or_default().to_owned()
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
            .map(|(letter, number)| format!("{}: {number}", quoted(letter)))
            .collect();
        let _ = write!(text, "\n    vocabulary: {{{}}}", pairs.join(", "));
    }
    if let Some(unknown) = &tokens.unknown {
        let _ = write!(text, "\n    unknown: {}", quoted(unknown));
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
        OutputKind::Labels => "labels",
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
    if output.layout == OutputLayout::ClassesPositions {
        text.push_str(", layout: classes_positions");
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
