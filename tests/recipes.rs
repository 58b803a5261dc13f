//! `docs/recipes/*.md`, done as they are written: files are laid out, commands run one after another, jobs of CI systems too.
//!
//! A fenced block of YAML or Python is the file that its first line names. A line of a fenced block `sh` ends with 0, or with what
//! `# exits with N` after it says. The data that a recipe asks its reader for are made here, by a seed.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use titer_core::Stream;

use crate::helpers::world::{Said, World, repository};

/// A reader's folder with a recipe's files, and the commands of the recipe.
struct Recipe {
    world: World,
    commands: Vec<String>,
}

/// The fenced blocks of a page: language and text.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = page.split("```").collect();
    assert!(parts.len() % 2 == 1, "a fence is left open");
    let fenced = parts.chunks(2).filter_map(|pair| pair.get(1));
    fenced.filter_map(|block| block.split_once('\n')).collect()
}

impl Recipe {
    fn of(name: &str) -> Self {
        let page = repository().join("docs/recipes").join(name);
        let page = std::fs::read_to_string(page).unwrap();
        let mut recipe = Self {
            world: World::new(),
            commands: Vec::new(),
        };
        for (language, text) in blocks(&page) {
            match language {
                "sh" => recipe.commands.extend(text.lines().map(str::to_owned)),
                "yaml" | "python" => recipe.lay_out(text),
                other => panic!("{name}: nothing tries a block of {other:?}"),
            }
        }
        recipe
    }

    fn lay_out(&mut self, text: &str) {
        let first = text.lines().next().unwrap();
        let file = first
            .strip_prefix("# ")
            .filter(|file| file.contains('.') && !file.contains(' '));
        let file = file.unwrap_or_else(|| panic!("a block begins with `# FILE`, not {first:?}"));
        assert!(!self.world.path(file).exists(), "{file} is there twice");
        self.world.write(file, text);
    }

    /// Bash in the reader's folder, where programs of `bin` are found before Titer and the system's.
    fn bash(&self, script: &str) -> Said {
        let titer = Path::new(env!("CARGO_BIN_EXE_titer")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let path = format!(
            "{}:{}:{path}",
            self.world.path("bin").display(),
            titer.display()
        );
        let mut command = Command::new("bash");
        command
            .args(["-e", "-o", "pipefail", "-c", script])
            .current_dir(self.world.path("."));
        command
            .stdin(Stdio::null())
            .env_remove("TITER_PATH")
            .env("PATH", path);
        command.env("GITHUB_STEP_SUMMARY", self.world.path("step-summary.md"));
        Said::of(&command.output().unwrap())
    }

    /// Runs the recipe's commands; `before` sees each of them first.
    fn follow(&self, before: impl Fn(&World, &str)) {
        assert!(!self.commands.is_empty());
        for line in &self.commands {
            let (command, comment) = line.split_once(" # ").unwrap_or((line, ""));
            before(&self.world, command);
            let code = comment
                .strip_prefix("exits with ")
                .map_or(0, |code| code.parse().unwrap());
            let said = self.bash(command);
            assert_eq!(
                said.code,
                Some(code),
                "{command}\n{}\n{}",
                said.out,
                said.err
            );
        }
    }

    /// A file of YAML that is none of Titer's.
    fn other_yaml(&self, file: &str) -> serde_json::Value {
        titer_spec::document::from_yaml(&self.world.read(file)).unwrap()
    }

    fn run_all<'a>(&self, scripts: impl Iterator<Item = &'a serde_json::Value>) -> usize {
        let scripts: Vec<&str> = scripts.map(|script| script.as_str().unwrap()).collect();
        for script in &scripts {
            self.bash(script).expect(0);
        }
        scripts.len()
    }
}

#[test]
fn a_model_is_gated_in_ci() {
    let recipe = Recipe::of("gate-in-ci.md");
    recipe.follow(|_, _| {});
    // The release's run lies there already; what fetches it, and the wheel, is not tried.
    for program in ["gh", "curl", "pip"] {
        recipe.world.write(&format!("bin/{program}"), "#!/bin/sh\n");
        recipe.bash(&format!("chmod +x bin/{program}")).expect(0);
    }
    let work = recipe.other_yaml(".github/workflows/model.yml");
    let steps = work["jobs"]["gate"]["steps"].as_array().unwrap().iter();
    let ran = recipe.run_all(steps.filter_map(|step| step.get("run")));
    assert_eq!(ran, 4);
    assert!(recipe.world.read("step-summary.md").contains("release"));
    let gate = &recipe.other_yaml(".gitlab-ci.yml")["gate"];
    let scripts = ["before_script", "script"].map(|part| gate[part].as_array().unwrap());
    let ran = recipe.run_all(scripts.into_iter().flatten());
    assert_eq!(ran, 4);
    assert_eq!(gate["allow_failure"]["exit_codes"][0], 3);
    // What the jobs keep is what a run leaves.
    let kept = gate["artifacts"]["paths"].as_array().unwrap().iter();
    let kept = kept.chain([&gate["artifacts"]["reports"]["junit"]]);
    for file in kept {
        assert!(
            recipe.world.path(file.as_str().unwrap()).is_file(),
            "{file}"
        );
    }
}

/// The model's predictions on clean human data, as authors would publish them.
fn published(world: &World) -> PathBuf {
    let manifest: serde_json::Value =
        serde_json::from_str(&world.read("runs/claim/manifest.json")).unwrap();
    let mut cells = manifest["plan"]["cells"].as_array().unwrap().iter();
    let of = [
        ("variant", "fp32"),
        ("dataset", "splice-human-chr20"),
        ("split", "test"),
    ];
    let is_it = |cell: &&serde_json::Value| {
        cell["perturbation"].is_null() && of.iter().all(|(field, value)| cell[field] == *value)
    };
    let key = cells.find(is_it).unwrap()["key"].as_str().unwrap();
    let folder = &key.strip_prefix("sha256:").unwrap()[..16];
    world.path(&format!("runs/claim/cells/{folder}/predictions.parquet"))
}

#[test]
fn a_paper_is_reviewed() {
    let recipe = Recipe::of("review-a-paper.md");
    recipe.follow(|world, command| {
        if command.starts_with("titer models pin paper") {
            let from = published(world);
            std::fs::copy(from, world.path("models/paper/scores.parquet")).unwrap();
        }
    });
    let page = recipe.world.read("audits/human/report.html");
    assert!(page.contains("splice-human-chr20"));
}

#[test]
fn two_vendors_are_compared() {
    let recipe = Recipe::of("compare-two-vendors.md");
    recipe.follow(|_, _| {});
    let report = recipe.world.read("runs/purchase/summary.md");
    assert!(report.contains("mmsplice-donor-damaged"), "{report}");
    // The vendor's server is not there; its description is taken.
    let said = recipe.bash("titer models show ./vendor-b.yaml").expect(0);
    assert!(said.out.contains("service"), "{}", said.out);
}

fn bases(stream: &mut Stream, count: usize) -> String {
    let letters = (0..count).map(|_| char::from(b"ACGT"[stream.below(4) as usize]));
    letters.collect()
}

/// A genome of chance with weak sites: a base of a donor is the motif's in three of four, of a decoy in one of two.
fn carp(world: &World) {
    const MOTIF: &[u8] = b"CAGGTAAGT";
    let mut stream = Stream::new(1, "carp", "genome");
    let mut genome = bases(&mut stream, 800_000).into_bytes();
    let mut table = "id\tchromosome\tstart\tend\tstrand\tlabel\tgene\tsplit\n".to_owned();
    for site in 0..600 {
        let start = 1000 + site * 1200;
        let (label, share) = [("donor", 75), ("decoy_donor", 50)][site % 2];
        for (offset, base) in MOTIF.iter().enumerate() {
            let is_gt = (3..5).contains(&offset);
            if is_gt || stream.below(100) < share {
                genome[start + 197 + offset] = *base;
            }
        }
        let end = start + 400;
        writeln!(
            table,
            "s{site}\tchr1\t{start}\t{end}\t+\t{label}\tg{}\ttest",
            site / 3
        )
        .unwrap();
    }
    let genome = String::from_utf8(genome).unwrap();
    world.write("datasets/carp/carp.fa", &format!(">chr1\n{genome}\n"));
    world.write("datasets/carp/sites.tsv", &table);
}

#[test]
fn a_species_of_ones_own_is_evaluated() {
    let recipe = Recipe::of("own-species.md");
    carp(&recipe.world);
    recipe.follow(|_, _| {});
    let report = recipe.world.read("runs/carp/summary.md");
    assert!(report.contains("carp"), "{report}");
}

/// Reads of 100 bases of which this share is G or C.
fn reads(name: &str, gc: u64) -> String {
    let mut stream = Stream::new(2, name, "reads");
    let mut text = String::new();
    for read in 0..300 {
        let letters = (0..100).map(|_| match (stream.below(100) < gc, stream.below(2)) {
            (true, 0) => 'G',
            (true, _) => 'C',
            (false, 0) => 'A',
            (false, _) => 'T',
        });
        writeln!(text, ">{name}{read}\n{}", letters.collect::<String>()).unwrap();
    }
    text
}

#[test]
fn a_sequencer_of_ones_own_is_evaluated() {
    let recipe = Recipe::of("own-sequencer.md");
    for (folder, rrna) in [("public-reads", 58), ("my-reads", 55)] {
        recipe.world.write(
            &format!("datasets/{folder}/rrna.fa"),
            &reads(&format!("{folder}-rrna"), rrna),
        );
        recipe.world.write(
            &format!("datasets/{folder}/other.fa"),
            &reads(&format!("{folder}-other"), 42),
        );
    }
    recipe.follow(|_, _| {});
    let report = recipe.world.read("runs/reads/summary.md");
    assert!(report.contains("my-reads"), "{report}");
}

#[test]
fn every_recipe_is_tried() {
    let source = std::fs::read_to_string(repository().join("tests/recipes.rs")).unwrap();
    for entry in std::fs::read_dir(repository().join("docs/recipes")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            source.contains(&format!("Recipe::of(\"{name}\")")),
            "nothing tries {name}"
        );
    }
}
