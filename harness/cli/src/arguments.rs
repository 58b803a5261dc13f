//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use titer_spec::bounds::MAX_EXACT;
use titer_spec::evaluation::{MAX_LIMIT, MAX_THREADS};
use titer_spec::plan::Only;

mod bench;
mod init;

pub(crate) use bench::Bench;
pub(crate) use init::Init;

/// Evaluates genomic deep-learning models and their variants, with error bars.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 pass, 1 internal error, 2 bad input, 3 inconclusive, 4 nothing selected, \
5 incomplete, 100 a gate failed."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub places: Places,
    #[command(flatten)]
    pub talk: Talk,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command stand together, behind the command's own.
const GLOBAL: &str = "Global options";

/// Where things are looked for.
#[derive(Debug, Args)]
pub(crate) struct Places {
    /// A folder with suites, datasets and models of your own; may be given several times [env: TITER_PATH]
    #[arg(long, global = true, value_name = "DIR", help_heading = GLOBAL)]
    pub path: Vec<PathBuf>,
    /// ONNX Runtime's library, instead of ORT_DYLIB_PATH or the one that titer installs
    #[arg(long, global = true, value_name = "FILE", help_heading = GLOBAL)]
    pub onnxruntime: Option<PathBuf>,
    /// Install and download nothing
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub offline: bool,
}

/// How much is said beside what was asked for.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Talk {
    /// Errors and the exit code only: no progress, no notes, no summary
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = GLOBAL)]
    pub quiet: bool,
    /// Say more: a line for every cell that has finished, whole texts in lists
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    pub verbose: bool,
}

/// In which form an answer is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    // A document whose `format` is its version.
    Json,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Form {
    /// Text for people, or JSON for programs (docs/json.md)
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        default_value_t
    )]
    pub format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write an evaluation of your own model and table: asks what cannot be told from them
    Init(Box<Init>),
    /// Show what an evaluation would run, and run nothing
    Plan {
        /// The evaluation: a file, or the name of one that ships
        evaluation: String,
        #[command(flatten)]
        overrides: Overrides,
        /// A run that tells how much differences vary, for what this one could show [default: runs/NAME]
        #[arg(long, value_name = "DIR")]
        earlier: Option<PathBuf>,
        #[command(flatten)]
        form: Form,
    },
    /// Run an evaluation: predict, measure, score, judge, report
    Run {
        /// The evaluation: a file, or the name of one that ships
        evaluation: String,
        #[command(flatten)]
        overrides: Overrides,
        /// The run folder [default: runs/NAME]
        #[arg(long, short, value_name = "DIR")]
        output: Option<PathBuf>,
        #[command(flatten)]
        ci: ForCi,
        /// Open the report when it is there: with $BROWSER, else as the system opens pages
        #[arg(long)]
        open: bool,
    },
    /// Measure a model's time and memory without data, and this machine's noise
    Bench(Box<Bench>),
    /// Score and judge a run folder again, without executing a model
    Score {
        /// The run folder
        folder: PathBuf,
        #[command(flatten)]
        ci: ForCi,
        /// Open the report
        #[arg(long)]
        open: bool,
    },
    /// Judge a run by a policy, without executing a model; its own verdict stays
    Gate {
        #[command(flatten)]
        asked: GateArguments,
        #[command(flatten)]
        form: Form,
    },
    /// Render a judged run folder again
    Report {
        /// The run folder
        folder: PathBuf,
        #[command(flatten)]
        ci: ForCi,
        /// Write sheet.html too: one page in plain words, for people who decide and read no statistics
        #[arg(long)]
        sheet: bool,
        /// Open the report
        #[arg(long)]
        open: bool,
    },
    /// List a run's worst errors and largest changes
    Examples {
        /// The run folder
        folder: PathBuf,
        #[command(flatten)]
        filter: Filter,
    },
    /// Models: what one says of itself, whether it gives what its original gave
    Models {
        #[command(subcommand)]
        command: ModelsCommand,
    },
    /// Datasets: what one says of itself, whether every row is sound; fetch one
    Data {
        #[command(subcommand)]
        command: DataCommand,
    },
    /// Audits: can a score on this data be trusted?
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// List what titer knows, what ships, and what lies here and in --path
    Ls {
        #[command(subcommand)]
        what: Listed,
        #[command(flatten)]
        form: Form,
    },
    /// Show this program's version, this machine, and the runtimes found
    Info {
        #[command(flatten)]
        form: Form,
    },
    /// ONNX Runtime: find it or install it
    Runtime {
        #[command(subcommand)]
        command: RuntimeCommand,
    },
    /// Print the JSON schema of a kind of file
    Schema {
        /// evaluation, suite, dataset, model, policy, or report (of report.json)
        kind: String,
    },
    /// Runs: what lies in a folder of runs; remove some
    Runs {
        #[command(subcommand)]
        command: RunsCommand,
        /// The folder of runs
        #[arg(long = "in", global = true, value_name = "DIR", default_value = "runs")]
        folder: PathBuf,
    },
    /// Print the script that completes titer's commands in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print titer's man page
    Man {
        /// A folder for this page and one for each command
        #[arg(long, short, value_name = "DIR")]
        output: Option<PathBuf>,
    },
    /// Do jobs of a run folder, as titer itself has them done
    #[command(hide = true)]
    Worker {
        /// Keep model and data from one job to the next, and hold answers not to depend on the jobs before
        #[arg(long)]
        session: bool,
        /// Files of jobs, as in runs/quickstart/jobs/*.json; where none is named, standard input names them, one a line
        #[arg(value_name = "JOB")]
        jobs: Vec<PathBuf>,
    },
}

/// What overrides an evaluation.
#[derive(Debug, Args)]
pub(crate) struct Overrides {
    /// At most so many examples per dataset: for a look, marked in every result
    #[arg(long, value_name = "N", value_parser = up_to::<MAX_LIMIT>)]
    pub limit: Option<usize>,
    /// Another seed
    #[arg(long, value_name = "N", value_parser = seed)]
    pub seed: Option<u64>,
    /// Threads of each backend
    #[arg(long, value_name = "N", value_parser = up_to::<MAX_THREADS>)]
    pub threads: Option<usize>,
    #[command(flatten)]
    pub part: Part,
}

/// A part of an evaluation.
#[derive(Debug, Default, Args)]
pub(crate) struct Part {
    /// Only this suite: a look, which decides nothing; may be given several times, as may the next three
    #[arg(long = "suite", value_name = "NAME")]
    pub suites: Vec<String>,
    /// Only this dataset: a look
    #[arg(long = "dataset", value_name = "NAME")]
    pub datasets: Vec<String>,
    /// Only this model, and what it is compared with: a look
    #[arg(long = "model", value_name = "NAME")]
    pub models: Vec<String>,
    /// Only this variant, and the reference: a look
    #[arg(long = "variant", value_name = "NAME")]
    pub variants: Vec<String>,
}

impl Part {
    pub(crate) fn only(&self) -> Only {
        Only {
            suites: self.suites.clone(),
            datasets: self.datasets.clone(),
            models: self.models.clone(),
            variants: self.variants.clone(),
        }
    }
}

/// What CI is told.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ForCi {
    /// What a check that the data cannot decide is in junit.xml, skipped or a failure; the exit code stays the same
    #[arg(long, value_enum, value_name = "POLICY", default_value_t = InconclusivePolicy::Skip)]
    pub inconclusive: InconclusivePolicy,
}

/// Which run is judged by which policy.
#[derive(Debug, Args)]
pub(crate) struct GateArguments {
    /// The run folder
    pub folder: PathBuf,
    /// The policy: a file, or the name of one that ships
    #[arg(long, value_name = "POLICY")]
    pub policy: String,
    /// Write summary.md and junit.xml of this judgement into a folder
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub ci: ForCi,
}

/// A policy for inconclusive checks.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum InconclusivePolicy {
    Skip,
    Fail,
}

impl From<InconclusivePolicy> for titer_report::Inconclusive {
    fn from(policy: InconclusivePolicy) -> Self {
        match policy {
            InconclusivePolicy::Skip => Self::Skip,
            InconclusivePolicy::Fail => Self::Fail,
        }
    }
}

/// Which examples.
#[derive(Debug, Args)]
pub(crate) struct Filter {
    /// Only of this suite
    #[arg(long)]
    pub suite: Option<String>,
    /// Only of this model
    #[arg(long)]
    pub model: Option<String>,
    /// Only of this variant
    #[arg(long)]
    pub variant: Option<String>,
    /// Only of this dataset
    #[arg(long)]
    pub dataset: Option<String>,
    /// At most so many of each kind, variant and dataset
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub top: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Look {
    /// `titer ls models`, `titer ls data`
    #[command(hide = true)]
    Ls,
    /// Show a descriptor in words
    Show {
        /// A name, a file or a folder
        name: String,
        #[command(flatten)]
        form: Form,
    },
    /// Check it down to its bytes
    Check {
        /// A name, a file or a folder
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    #[command(flatten)]
    Look(Look),
    /// Fill in what a descriptor leaves open (`digest: unpinned`, `splits`, `classes`) from the files that lie there
    Pin {
        /// A name, a file or a folder
        name: String,
    },
    /// Describe a dataset as Croissant 1.0 (JSON-LD)
    Croissant {
        /// A name, a file or a folder
        name: String,
        /// The file to write [default: standard output]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Make a descriptor of a Croissant file; what it does not say is listed
    Import {
        /// The Croissant file
        file: PathBuf,
        /// The folder that gets `dataset.yaml` [default: the file's own]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Write a dataset's datasheet (Markdown)
    Sheet {
        /// A name, a file or a folder
        name: String,
        /// The file to write [default: standard output]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Download what a dataset names, and check it
    Fetch {
        /// A name, a file or a folder
        name: String,
        /// Into DIR/NAME, with a copy of the descriptor, rather than beside the descriptor
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// What a test split shares with its train split, and what controls make of it
    Data {
        /// A dataset's name, file or folder; or a folder laid out as Genomic Benchmarks
        dataset: String,
        /// The genome that intervals lie on: FASTA, plain or bgzip
        #[arg(long, value_name = "FASTA")]
        genome: Option<PathBuf>,
        /// Of a dataset of folds: the value that is left out and is the test split
        #[arg(long, value_name = "VALUE")]
        fold: Option<String>,
        /// Regions that a model was trained or pretrained on, as BED: test rows that lie there are counted
        #[arg(long, value_name = "BED")]
        seen: Option<PathBuf>,
        /// A run folder: its models' scores again without the rows that leaked
        #[arg(long, value_name = "DIR")]
        run: Option<PathBuf>,
        /// The split that models are fitted on
        #[arg(long, default_value = "train")]
        train: String,
        /// The split that they are scored on
        #[arg(long, default_value = "test")]
        test: String,
        /// Where audit.json and report.html go [default: audits/NAME]
        #[arg(long, short, value_name = "DIR")]
        output: Option<PathBuf>,
        /// Write the rows without test rows that leak, as a dataset of its own, and audit that again
        #[arg(long, value_name = "DIR")]
        write_clean: Option<PathBuf>,
        /// Deal clusters of rows out anew before, so that fewer are lost
        #[arg(long, requires = "write_clean")]
        regroup: bool,
        /// Keys the draws behind the intervals
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed)]
        seed: u64,
        /// Exit with 100 where the verdict is worse
        #[arg(long, value_enum, value_name = "VERDICT")]
        at_least: Option<AtLeast>,
        #[command(flatten)]
        form: Form,
    },
}

/// The verdict that is asked for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AtLeast {
    /// Nothing was found.
    Trustworthy,
    /// What was found can be kept in mind.
    WithCare,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    #[command(flatten)]
    Look(Look),
    /// Write a candle variant's weights as GGUF in another precision
    Quantize {
        /// A name, a file or a folder
        name: String,
        /// The variant whose safetensors are read
        variant: String,
        /// q8_0, q6_k, q4_0, q4_k, fp16, bf16 or fp32
        #[arg(long)]
        precision: String,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Fill in the digests and sizes that a descriptor leaves out (or calls `unpinned`) from the files that lie there
    Pin {
        /// A name, a file or a folder
        name: String,
    },
    /// Ask a model what it is and propose its descriptor: a graph, weights, a script, a server
    Probe {
        /// The model's file, or several builds of it (fp32, fp16, int8), which become variants; or its address:
        /// http://127.0.0.1:8080/v2/models/name
        #[arg(value_name = "FILE|URL", required = true, num_args = 1..)]
        models: Vec<String>,
        /// Seconds that a script or a server has to start, and to answer
        #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=86_400))]
        time_limit: u32,
    },
    /// Write titer_model.py, which turns a Python function into a process that answers
    Python {
        /// Where to
        #[arg(value_name = "DIR", default_value = ".")]
        folder: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Listed {
    /// Models: their tasks and variants
    Models,
    /// Datasets: their organism, their splits, whether they are fetched
    Data,
    /// Suites: their task, question and datasets
    Suites,
    /// Evaluations: their suites, models and gates
    Evaluations,
    /// Policies: gates with a version and reasons, for many evaluations
    Policies,
    /// Every metric: which question it answers, its range, when it is undefined, its source
    Metrics {
        /// Only this one
        name: Option<String>,
    },
    /// Every perturbation: what it does to the target, how a suite names it
    Perturbations,
    /// Every control: what a score must beat to mean something
    Controls,
    /// Every gate: what a run can be judged by
    Gates,
    /// Every backend: what executes a variant
    Backends,
    /// Every scenario: how queries come where latency is measured
    Scenarios,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RuntimeCommand {
    /// Say which library would be used
    Show,
    /// Install ONNX Runtime into the cache, through pip
    Install {
        /// Another release than the pinned one, for variants that name it (`onnx: {runtime: 1.30.0}`)
        version: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// List runs: when, what came out, how much is done, how much room they take
    Ls {
        #[command(flatten)]
        form: Form,
    },
    /// Remove runs, after asking
    Clean {
        #[command(flatten)]
        which: Which,
        /// Remove without asking
        #[arg(long, short)]
        yes: bool,
    },
}

/// Which runs; all of the folder where nothing is said.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// These runs, by their folders' names
    #[arg(value_name = "RUN")]
    pub names: Vec<String>,
    /// Only those that nothing has been done in for so long, as in 30d or 12h
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub older_than: Option<Duration>,
    /// Only looks: runs of a part (--limit, --variant and so on), which decide nothing
    #[arg(long)]
    pub looks: bool,
}

fn age(text: &str) -> Result<Duration, String> {
    let parsed = humantime::parse_duration(text);
    parsed.map_err(|error| format!("{error}: write a number with its unit, as in 30d or 12h"))
}

/// A whole number within the bounds that the field of an evaluation has.
fn up_to<const MOST: usize>(text: &str) -> Result<usize, String> {
    let number = text.parse().ok();
    let number = number.filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| format!("write a whole number from 1 to {MOST}"))
}

fn seed(text: &str) -> Result<u64, String> {
    let number = text.parse().ok();
    let number = number.filter(|number| *number <= MAX_EXACT);
    number.ok_or_else(|| {
        format!("write a whole number from 0 to {MAX_EXACT}: JSON keeps larger ones inexactly")
    })
}
