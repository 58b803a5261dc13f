# What a change is checked with; `.ci/run` does the same.

# Formatting, lints.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --features examples -- -D warnings

alias lint := check

# Every test.
test:
    cargo test --workspace

# How long the whole quickstart takes.
bench: build
    rm -rf runs/quickstart
    bash -c 'time target/release/titer run evaluations/quickstart.yaml'

# The main job.
run evaluation="evaluations/quickstart.yaml":
    cargo run --release -- run {{evaluation}}

alias quickstart := run

# docs/findings.md: its tables, and whether its sentences are true of them (some minutes). The runs exit with 100 (a damaged build
# fails) and 3 (undecided).
findings: build
    target/release/titer run evaluations/shift.yaml || [ $? -eq 100 ]
    target/release/titer run evaluations/translation-starts.yaml || [ $? -eq 3 ]
    target/release/titer run evaluations/folds.yaml
    scripts/findings runs/shift runs/translation-starts runs/folds --write docs/findings.md
    scripts/findings runs/shift runs/translation-starts runs/folds --check docs/findings.md --also models/tis_scores.tsv models/README.md datasets/README.md

# The report of a run, made again.
report run="runs/quickstart":
    cargo run --release -- report {{run}}

# The schemas and their reference pages, after a change of a YAML type.
schema:
    TITER_WRITE_SCHEMA=1 TITER_WRITE_DOCS=1 cargo test -p titer-spec --test integration -- schema the_fields_are_documented

build:
    cargo build --release

# A release for this system in dist/: archive, wheel, SHA-256 (see scripts/dist).
dist:
    scripts/dist --wheel
