//! What a change of each field changes.

/// A field, a change of it, and the groups of keys that change with it.
pub struct Field {
    /// The kind of file, or the type within it.
    pub of: &'static str,
    pub name: &'static str,
    pub file: &'static str,
    /// Texts of the file and what takes their place.
    pub change: &'static [(&'static str, &'static str)],
    /// The groups whose keys change.
    pub changes: &'static [&'static str],
}

const DATASET: &str = super::FILES[0];
const MODEL: &str = super::FILES[1];
const SUITE: &str = super::FILES[2];
const EVALUATION: &str = super::FILES[3];

/// Whoever is given an example sees it.
const ALL: &[&str] = &[
    "clean", "control", "measured", "perturbed", "random", "shuffled", "tuning",
];
/// Fitted controls are of no model.
const MODELS: &[&str] = &["clean", "measured", "perturbed", "random", "shuffled", "tuning"];
const NONE: &[&str] = &[];

const fn field(
    of: &'static str,
    name: &'static str,
    file: &'static str,
    changes: &'static [&'static str],
    change: &'static [(&'static str, &'static str)],
) -> Field {
    Field {
        of,
        name,
        file,
        change,
        changes,
    }
}

/// Every field that a plan of one model and one dataset of windows can try.
pub const FIELDS: &[Field] = &[
    field("dataset", "summary", DATASET, NONE, &[("Synthetic windows", "Other words")]),
    field("dataset", "columns", DATASET, ALL, &[("id: id", "id: name")]),
    field("dataset", "labels", DATASET, ALL, &[("{s: site, d: decoy}", "{s: decoy, d: site}")]),
    field("dataset", "divide", DATASET, ALL, &[("test: ['1'], tuning: ['2']", "test: ['2'], tuning: ['3']")]),
    field("dataset", "classes", DATASET, ALL, &[("classes: [site, decoy]", "classes: [decoy, site]")]),
    field("dataset", "organism", DATASET, NONE, &[("organism: none", "organism: some")]),
    field("dataset", "assembly", DATASET, NONE, &[("assembly: none", "assembly: some")]),
    field("dataset", "licence", DATASET, NONE, &[("{sequence: synthetic}", "{sequence: other}")]),
    field("dataset", "made_by", DATASET, NONE, &[("made_by: somebody", "made_by: another")]),
    field("dataset", "changes", DATASET, NONE, &[("changes: nothing", "changes: much")]),
    field("dataset", "caveats", DATASET, NONE, &[("caveats: [synthetic]", "caveats: [none]")]),
    field("dataset", "sources", DATASET, NONE, &[("made_by: somebody", "made_by: somebody\nsources: [{name: here}]")]),
    field("Columns", "id", DATASET, ALL, &[("id: id", "id: name")]),
    field("Columns", "sequence", DATASET, ALL, &[("sequence: sequence\n", "sequence: other\n")]),
    field("Columns", "label", DATASET, ALL, &[("label: label", "label: truth")]),
    field("Columns", "strata", DATASET, NONE, &[("strata: [chromosome]", "strata: [gene]")]),
    field("Columns", "clusters", DATASET, NONE, &[("clusters: [locus]", "clusters: [gene]")]),
    field("Columns", "place", DATASET, ALL, &[("position: position", "position: site")]),
    field("PlaceColumns", "chromosome", DATASET, ALL, &[("chromosome: chromosome", "chromosome: arm")]),
    field("PlaceColumns", "position", DATASET, ALL, &[("position: position", "position: site")]),
    field("PlaceColumns", "counted_from", DATASET, ALL, &[("counted_from: 0", "counted_from: 1")]),
    field("PlaceColumns", "strand", DATASET, ALL, &[("strand: strand", "strand: turn")]),
    field("PlaceColumns", "gene", DATASET, ALL, &[("gene: gene", "gene: symbol")]),
    field("model", "summary", MODEL, NONE, &[("Sines as weights", "Other words")]),
    field("model", "input", MODEL, MODELS, &[("other: zeros", "other: refuse")]),
    field("model", "output", MODEL, MODELS, &[("activation: none", "activation: sigmoid")]),
    field("model", "threshold", MODEL, NONE, &[("threshold: 0.5", "threshold: 0.4")]),
    field("model", "training", MODEL, NONE, &[("complete: true", "complete: false")]),
    field("model", "licence", MODEL, NONE, &[("weights: MIT", "weights: other")]),
    field("model", "made_by", MODEL, NONE, &[("made_by: somebody", "made_by: another")]),
    field("model", "changes", MODEL, NONE, &[("changes: nothing", "changes: much")]),
    field("model", "sources", MODEL, NONE, &[("made_by: somebody", "made_by: somebody\nsources: [{name: here}]")]),
    field("VariantSpec", "variant", MODEL, NONE, &[("variant: candle", "variant: other")]),
    field("VariantSpec", "made", MODEL, NONE, &[("made: by hand", "made: by machine")]),
    field("VariantSpec", "precision", MODEL, &["clean", "measured", "perturbed", "shuffled", "tuning"], &[("backend: candle, precision: fp32", "backend: candle, precision: bf16")]),
    field("VariantSpec", "batch_dependent", MODEL, MODELS, &[("batch_dependent: false", "batch_dependent: true")]),
    field("VariantSpec", "batch_size", MODEL, MODELS, &[("batch_size: 16", "batch_size: 8")]),
    field("VariantSpec", "onnx", MODEL, MODELS, &[("optimization: all", "optimization: basic")]),
    field("VariantSpec", "candle", MODEL, &["clean", "measured", "perturbed", "shuffled", "tuning"], &[("device: cpu", "device: cuda")]),
    field("suite", "summary", SUITE, NONE, &[("Is it a site", "Is it")]),
    field("suite", "question", SUITE, &["control", "perturbed", "shuffled"], &[("positive: site, negative: decoy", "positive: decoy, negative: site")]),
    field("suite", "spare", SUITE, &["perturbed", "shuffled"], &[("{start: 0, end: 1}", "{start: 0, end: 2}")]),
    field("suite", "perturbations", SUITE, &["perturbed"], &[("rate: 0.1", "rate: 0.2")]),
    field("suite", "metrics", SUITE, NONE, &[("[accuracy, auroc]", "[auroc]")]),
    field("suite", "strata", SUITE, NONE, &[("strata: [strand]", "strata: [gc]")]),
    field("suite", "recalibrate", SUITE, NONE, &[("recalibrate: [temperature]", "recalibrate: [platt]")]),
    field("DatasetEntry", "distance", SUITE, NONE, &[("distance: near", "distance: far")]),
    field("evaluation", "summary", EVALUATION, NONE, &[("of my own", "of yours")]),
    field("evaluation", "controls", EVALUATION, &["control"], &[("controls: [gc,", "controls: [majority,")]),
    field("evaluation", "gates", EVALUATION, NONE, &[("value: 0.2", "value: 0.3")]),
    field("evaluation", "seed", EVALUATION, &["control", "perturbed", "random", "shuffled"], &[("seed: 3", "seed: 4")]),
    field("evaluation", "threads", EVALUATION, MODELS, &[("threads: 1", "threads: 2")]),
    field("evaluation", "batch_size", EVALUATION, MODELS, &[("threads: 1", "threads: 1\nbatch_size: 2")]),
    field("evaluation", "across_machines", EVALUATION, NONE, &[("threads: 1", "threads: 1\nacross_machines: true")]),
    field("evaluation", "time_limit_s", EVALUATION, NONE, &[("time_limit_s: 60", "time_limit_s: 61")]),
    field("evaluation", "limit", EVALUATION, &["clean", "control", "measured", "perturbed", "random", "shuffled", "tuning"], &[("threads: 1", "threads: 1\nlimit: 7")]),
    field("evaluation", "replicates", EVALUATION, NONE, &[("replicates: 200", "replicates: 300")]),
    field("ModelEntry", "batch_size", EVALUATION, MODELS, &[("    batch_sizes: [4, 8]", "    batch_size: 2\n    batch_sizes: [4, 8]")]),
    field("ModelEntry", "batch_sizes", EVALUATION, &["measured"], &[("batch_sizes: [4, 8]", "batch_sizes: [4]")]),
    field("Measure", "latency", EVALUATION, &["measured"], &[("rounds: 1", "rounds: 2")]),
    field("Latency", "batch_sizes", EVALUATION, NONE, &[("batch_sizes: [1, 2]", "batch_sizes: [1]")]),
    field("Latency", "rounds", EVALUATION, &["measured"], &[("rounds: 1", "rounds: 2")]),
    field("Latency", "queries", EVALUATION, &["measured"], &[("queries: 4", "queries: 5")]),
    field("Latency", "seconds", EVALUATION, &["measured"], &[("seconds: 1", "seconds: 2")]),
    field("Latency", "warm_up", EVALUATION, &["measured"], &[("warm_up: 1", "warm_up: 2")]),
];

/// The others: the type, the field, and why it is not tried here.
pub const NOT_TRIED: &[(&str, &str, &str)] = &[
    ("dataset", "dataset", "a name: renaming it renames what it is called by, and tables of predictions are chosen by it"),
    ("dataset", "kind", "another kind is another question"),
    ("dataset", "file", "its content counts through the examples"),
    ("dataset", "files", "their content counts through the examples"),
    ("dataset", "layout", "another layout is another reading of the file, and counts through the examples"),
    ("dataset", "header", "counts through the examples"),
    ("dataset", "genome", "counts through the letters of the examples"),
    ("dataset", "window", "counts through the letters of the examples"),
    ("dataset", "context", "of per-position data; `key::tests` tries it"),
    ("dataset", "splits", "counts that must be those of the rows"),
    ("dataset", "fetch", "where files come from, not what they hold"),
    ("Columns", "second", "models that run are given one sequence; `example::tests` tries it"),
    ("Columns", "target", "another kind of question"),
    ("Columns", "sites", "of per-position data: counts through the targets"),
    ("Columns", "background", "of per-position data: counts through the targets"),
    ("Columns", "scored", "of per-position data: counts through the targets"),
    ("Columns", "split", "takes the place of `divide`, and counts through the examples"),
    ("PlaceColumns", "start", "in place of `position`; `example::tests` tries places"),
    ("PlaceColumns", "end", "`example::tests` tries it"),
    ("PlaceColumns", "ref_allele", "`example::tests` tries it"),
    ("PlaceColumns", "alt_allele", "`example::tests` tries it"),
    ("DataFile", "path", "a place, not a content"),
    ("DataFile", "digest", "the content counts through the examples"),
    ("DataFile", "bytes", "the content counts through the examples"),
    ("DataFile", "split", "counts through the examples"),
    ("DataFile", "label", "counts through the examples"),
    ("model", "model", "a name"),
    ("model", "tasks", "which suites it is paired with"),
    ("model", "variants", "tried field by field"),
    ("model", "reference", "what is compared with what; it chooses the variant of `random_weights`"),
    ("model", "golden", "held by `titer models check` alone"),
    ("VariantSpec", "backend", "another backend has other files; `key::tests` tries what it stands for"),
    ("VariantSpec", "files", "their digests count; `key::tests` tries them"),
    ("VariantSpec", "predictions", "of tables; counts as a whole"),
    ("VariantSpec", "process", "of commands; counts as a whole"),
    ("VariantSpec", "http", "of servers; counts as a whole"),
    ("suite", "suite", "a name"),
    ("suite", "task", "which models it is paired with"),
    ("suite", "in_distribution", "tried field by field"),
    ("suite", "out_of_distribution", "which datasets are asked about"),
    ("suite", "split", "counts through the examples"),
    ("suite", "detect_out_of_distribution", "needs a dataset out of distribution; judging alone reads it"),
    ("DatasetEntry", "dataset", "which dataset is asked about"),
    ("evaluation", "evaluation", "a name"),
    ("evaluation", "suites", "which suites are run"),
    ("evaluation", "models", "tried field by field"),
    ("evaluation", "measure", "tried field by field"),
    ("ModelEntry", "model", "which model is run"),
    ("ModelEntry", "variants", "which variants are run"),
    ("ModelEntry", "reference", "what is compared with what; it chooses the variant of `random_weights`"),
    ("Latency", "scenario", "there is one"),
];
