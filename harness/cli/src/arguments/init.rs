//! The flags of `titer init`.

use std::path::PathBuf;

use clap::Args;
use titer_init::{Field, Wishes};

const TABLE: &str = "What the table says";
const MODEL: &str = "What the model takes and gives";

/// What `titer init` is told.
#[derive(Debug, Args)]
#[command(after_help = "\
In a terminal it asks what it cannot tell and shows everything before it writes; elsewhere, and with --yes, what cannot be told is an \
error that lists the flags. docs/first-verdict.md goes from a PyTorch, Keras, scikit-learn or Hugging Face model to a verdict.")]
pub(crate) struct Init {
    /// The folder that gets evaluation.yaml and suites/; model and table are described where they lie
    #[arg(default_value = ".", value_name = "FOLDER")]
    pub folder: PathBuf,
    /// The model: an ONNX graph (or several builds of it, the reference first), weights, a Python script, a server's address, or a
    /// table of its scores
    #[arg(long, value_name = "FILE|URL", num_args = 1..)]
    pub model: Vec<String>,
    /// The table: CSV, TSV or Parquet with a sequence and a class in each row
    #[arg(long, value_name = "TABLE")]
    pub data: Option<PathBuf>,
    /// Ask nothing
    #[arg(long)]
    pub yes: bool,
    /// The evaluation's name [default: the model's, with FOLDER's]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// A gate: the AUROC (of several classes the accuracy) that must be reached
    #[arg(long, value_name = "VALUE")]
    at_least: Option<String>,
    /// Seconds that a script or a server has to start, and to answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub time_limit: u32,

    /// The column of sequences
    #[arg(long, value_name = "COLUMN", help_heading = TABLE)]
    sequence: Option<String>,
    /// The column of classes
    #[arg(long, value_name = "COLUMN", help_heading = TABLE)]
    label: Option<String>,
    /// The column that says train, validation or test
    #[arg(long, value_name = "COLUMN", help_heading = TABLE)]
    split: Option<String>,
    /// Every row is a test row
    #[arg(long, help_heading = TABLE, conflicts_with = "split")]
    all_test: bool,
    /// The column of ids
    #[arg(long, value_name = "COLUMN", help_heading = TABLE)]
    id: Option<String>,
    /// The column within which rows are not independent: a gene, a locus
    #[arg(long, value_name = "COLUMN", help_heading = TABLE)]
    cluster: Option<String>,
    /// Rows are independent of each other
    #[arg(long, help_heading = TABLE, conflicts_with = "cluster")]
    independent: bool,
    /// Of two classes the positive one
    #[arg(long, value_name = "CLASS", help_heading = TABLE)]
    positive: Option<String>,
    /// The species, as in "Homo sapiens"
    #[arg(long, value_name = "NAME", help_heading = TABLE)]
    organism: Option<String>,

    /// The classes in the order of the model's outputs
    #[arg(long, value_name = "A,B,C", help_heading = MODEL)]
    classes: Option<String>,
    /// none (it gives probabilities), sigmoid, softmax (logits); of a table of scores also ranking
    #[arg(long, value_name = "WORD", help_heading = MODEL)]
    activation: Option<String>,
    /// The order of letters in the model's channels [default: ACGT]
    #[arg(long, value_name = "LETTERS", help_heading = MODEL)]
    alphabet: Option<String>,
    /// The order of axes, where either may be the letters: length_channels or channels_length
    #[arg(long, value_name = "WORD", help_heading = MODEL)]
    layout: Option<String>,
    /// The part of each sequence that the model sees, counted from 0
    #[arg(long, value_name = "START-END", help_heading = MODEL)]
    window: Option<String>,
    /// The bases that a model which takes any number is given
    #[arg(long, value_name = "BASES", help_heading = MODEL)]
    length: Option<String>,
    /// What becomes of longer sequences: crop_both (the middle stays), crop_right, crop_left
    #[arg(long, value_name = "WORD", help_heading = MODEL)]
    longer: Option<String>,
    /// What becomes of shorter ones: pad_both, pad_right, pad_left
    #[arg(long, value_name = "WORD", help_heading = MODEL)]
    shorter: Option<String>,
    /// The number of each letter, where the model takes whole numbers and no tokenizer lies beside it
    #[arg(long, value_name = "A=0,C=1,...", help_heading = MODEL)]
    tokens: Option<String>,
    /// Of a table of scores: the column, or CLASS=COLUMN for each class
    #[arg(long, value_name = "COLUMN", help_heading = MODEL)]
    score: Option<String>,
}

impl Init {
    /// What was said by flags.
    pub(crate) fn wishes(&self) -> Wishes {
        let mut wishes = Wishes::default();
        let said = [
            (Field::Name, &self.name),
            (Field::AtLeast, &self.at_least),
            (Field::Sequence, &self.sequence),
            (Field::Label, &self.label),
            (Field::Split, &self.split),
            (Field::Id, &self.id),
            (Field::Cluster, &self.cluster),
            (Field::Positive, &self.positive),
            (Field::Organism, &self.organism),
            (Field::Classes, &self.classes),
            (Field::Activation, &self.activation),
            (Field::Alphabet, &self.alphabet),
            (Field::Layout, &self.layout),
            (Field::Window, &self.window),
            (Field::Length, &self.length),
            (Field::Longer, &self.longer),
            (Field::Shorter, &self.shorter),
            (Field::Tokens, &self.tokens),
            (Field::Score, &self.score),
        ];
        for (field, text) in said {
            if let Some(text) = text {
                wishes.set(field, text);
            }
        }
        let flags = [
            (Field::AllTest, self.all_test),
            (Field::Independent, self.independent),
        ];
        for (field, _) in flags.into_iter().filter(|(_, given)| *given) {
            wishes.set(field, "yes");
        }
        wishes
    }
}
