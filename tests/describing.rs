//! Datasets described for others and pinned: Croissant held to its own library, descriptors filled in from what was fetched.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::helpers::loopback::{Loopback, Reply};
use crate::helpers::pip;
use crate::helpers::world::World;

/// Validates a file and loads every record of a record set: prints the values of two fields, and warnings other than that
/// something recommended is missing are errors.
const LOAD: &str = r#"
import logging, sys
import mlcroissant as mlc
said = []
class Handler(logging.Handler):
    def emit(self, record):
        said.append(record.getMessage())
for name in ("absl", None):
    logging.getLogger(name).addHandler(Handler())
path, record_set, *fields = sys.argv[1:]
dataset = mlc.Dataset(path)
for line in "\n".join(said).splitlines():
    if "WARNING" in line or ("Property" in line and "is recommended" not in line):
        raise SystemExit(line)
for record in dataset.records(record_set):
    print("\t".join(record[f"{record_set}/{field}"].decode() for field in fields))
"#;

fn loaded(python: &Path, file: &Path, set: &str, fields: &[&str]) -> String {
    let output = Command::new(python)
        .args(["-c", LOAD])
        .arg(file)
        .arg(set)
        .args(fields)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "installs mlcroissant through pip"]
fn with_pip_croissant_is_valid_and_loads_what_the_dataset_holds() {
    let python = pip::environment(&["mlcroissant==1.1.1", "pyarrow"]).join("bin/python");
    let world = World::new();
    world
        .titer(&[
            "data",
            "croissant",
            "near",
            "--to",
            "datasets/near/croissant.json",
        ])
        .expect(0);
    let file = world.path("datasets/near/croissant.json");
    let found = loaded(&python, &file, "examples", &["id", "sequence", "label"]);
    let table = world.read("datasets/near/windows.tsv");
    let names: Vec<&str> = table.lines().next().unwrap().split('\t').collect();
    let at = |name: &str| names.iter().position(|known| *known == name).unwrap();
    let mut expected = String::new();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let wanted = ["id", "sequence", "label"].map(|name| fields[at(name)]);
        expected += &(wanted.join("\t") + "\n");
    }
    assert_eq!(found, expected);

    // A table for each split, as CSV: a record set for each.
    world.write("gue/train.csv", "sequence,label\nACGT,1\nGGGG,0\n");
    world.write("gue/test.csv", "sequence,label\nTTTT,1\n");
    world.write(
        "gue/dataset.yaml",
        "dataset: gue\nsummary: Synthetic.\nkind: windows\nlayout: csv\nfiles:\n  - {path: train.csv, digest: unpinned, bytes: 0, split: train}\n  - {path: test.csv, digest: unpinned, bytes: 0, split: test}\ncolumns: {sequence: sequence, label: label}\nclasses: [FILL_IN]\nsplits: {train: 0, test: 0}\norganism: none\nassembly: none\nlicence: {all: CC0 1.0}\n",
    );
    let said = world.titer(&["data", "check", "gue"]).expect(2);
    assert!(said.err.contains("titer data pin"), "{}", said.err);
    let said = world.titer(&["data", "pin", "gue"]).expect(0);
    assert!(
        said.out.contains("splits: {test: 1, train: 2}"),
        "{}",
        said.out
    );
    assert!(said.out.contains("classes: [\"0\", \"1\"]"), "{}", said.out);
    let said = world.titer(&["data", "check", "gue"]).expect(0);
    assert!(said.out.contains("sound"), "{}", said.out);
    let said = world.titer(&["data", "pin", "gue"]).expect(0);
    assert!(said.out.contains("leaves nothing open"), "{}", said.out);
    world
        .titer(&["data", "croissant", "gue", "--to", "gue/croissant.json"])
        .expect(0);
    let file = world.path("gue/croissant.json");
    let fields = ["sequence", "label"];
    assert_eq!(
        loaded(&python, &file, "train", &fields),
        "ACGT\t1\nGGGG\t0\n"
    );
    assert_eq!(loaded(&python, &file, "test", &fields), "TTTT\t1\n");

    // And back: imported, what is open filled in, the same examples.
    let said = world
        .titer(&["data", "import", "gue/croissant.json", "--to", "back"])
        .expect(0);
    assert!(!said.out.contains("to fill in"), "{}", said.out);
    for name in ["train.csv", "test.csv"] {
        std::fs::copy(
            world.path(&format!("gue/{name}")),
            world.path(&format!("back/{name}")),
        )
        .unwrap();
    }
    world.titer(&["data", "pin", "back"]).expect(0);
    let said = world.titer(&["data", "check", "back"]).expect(0);
    assert!(said.out.contains("split train: 2 examples"), "{}", said.out);
}

/// A dataset's name, descriptor, and files.
type LaidOut = (&'static str, String, Vec<(&'static str, Vec<u8>)>);

/// A descriptor that is still to be pinned, and its files, for each layout that Croissant is to bring over whole.
fn laid_out() -> Vec<LaidOut> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/fixtures/layouts");
    let parquet = std::fs::read(fixtures.join("nucleotide_transformer.parquet")).unwrap();
    let genome = (
        "genome.fa",
        b">chr1\nAACCGGTTACGT\n>chr2\nTTTTTTTTTTTT\n".to_vec(),
    );
    let one = |path: &str| format!("file: {{path: {path}, digest: unpinned, bytes: 0}}\n");
    let two = |end: &str| {
        format!(
            "files:\n  - {{path: a.{end}, digest: unpinned, bytes: 0, split: train}}\n  - {{path: b.{end}, digest: unpinned, bytes: 0, split: test}}\n"
        )
    };
    let with_genome = "genome: {path: genome.fa, digest: unpinned, bytes: 0}\n";
    let labels = "labels: {\"0\": background, \"1\": promoter}\nclasses: [background, promoter]\n";
    vec![
        (
            "whole",
            format!(
                "layout: csv\n{}columns: {{id: name, sequence: dna, label: \"y\", split: part, strata: [gene], clusters: [gene]}}\n{labels}splits: {{train: 0, test: 0}}\n",
                one("all.csv")
            ),
            vec![(
                "all.csv",
                b"name,dna,y,part,gene\na,ACGT,1,train,g\nb,\"GGGG\",0,test,h\n".to_vec(),
            )],
        ),
        (
            "split",
            format!(
                "layout: csv\n{}columns: {{sequence: sequence, label: label}}\n{labels}splits: {{train: 0, test: 0}}\n",
                two("csv")
            ),
            vec![
                ("a.csv", b"sequence,label\nACGT,1\nGGGG,0\n".to_vec()),
                ("b.csv", b"sequence,label\nTTTT,1\n".to_vec()),
            ],
        ),
        (
            "parquet",
            format!(
                "layout: parquet\n{}columns: {{sequence: sequence, label: label}}\nclasses: [FILL_IN]\nsplits: {{test: 0}}\n",
                one("t.parquet")
            ),
            vec![("t.parquet", parquet)],
        ),
        (
            "bed",
            format!(
                "layout: bed\n{}{with_genome}columns: {{label: name, place: {{chromosome: chromosome, start: start, end: end, strand: strand}}}}\n{labels}divide: {{held_out: {{column: chromosome, test: [chr2]}}}}\nsplits: {{train: 0, test: 0}}\n",
                one("t.bed")
            ),
            vec![
                (
                    "t.bed",
                    b"track name=x\n# made by hand\nchr1\t4\t8\t1\t.\t-\nchr2\t0\t4\t0\t.\t+\n"
                        .to_vec(),
                ),
                genome.clone(),
            ],
        ),
        (
            "bed-header",
            format!(
                "layout: bed\n{}{with_genome}columns: {{label: class}}\n{labels}splits: {{test: 0}}\n",
                one("t.bed")
            ),
            vec![
                (
                    "t.bed",
                    b"chromosome\tstart\tend\tclass\nchr1\t4\t8\t1\nchr2\t0\t4\t0\n".to_vec(),
                ),
                genome.clone(),
            ],
        ),
        (
            "headerless",
            format!(
                "header: [sequence, label]\n{}columns: {{sequence: sequence, label: label}}\n{labels}splits: {{train: 0, test: 0}}\n",
                two("tsv")
            ),
            vec![
                ("a.tsv", b"ACGT\t1\nGGGG\t0\n".to_vec()),
                ("b.tsv", b"TTTT\t1\n".to_vec()),
            ],
        ),
        (
            "variants",
            format!(
                "layout: csv\n{}{with_genome}window: 6\ncolumns: {{label: label, place: {{chromosome: chrom, position: pos, counted_from: 1, ref_allele: ref, alt_allele: alt}}}}\nclasses: [\"False\", \"True\"]\nsplits: {{test: 0}}\n",
                one("v.csv")
            ),
            vec![
                (
                    "v.csv",
                    b"chrom,pos,ref,alt,label\n1,5,G,T,True\n1,7,T,G,False\n".to_vec(),
                ),
                genome,
            ],
        ),
        (
            "fasta",
            format!(
                "layout: {{fasta: {{label: last_field}}}}\n{}{labels}splits: {{train: 0, test: 0}}\n",
                two("fna")
            ),
            vec![
                ("a.fna", b">x|1\nACGT\n".to_vec()),
                ("b.fna", b">x|0\nAC\n".to_vec()),
            ],
        ),
    ]
}

/// Exported, imported, pinned, checked: nothing is lost and nothing left open. BED has records where its first line names the
/// columns, and only there.
#[test]
fn croissant_brings_descriptors_over_whole() {
    for (name, descriptor, files) in laid_out() {
        let world = World::new();
        let (here, back) = (format!("here/{name}"), format!("back/{name}"));
        world.write(&format!("{here}/dataset.yaml"), &format!("dataset: {name}\nsummary: \"Synthetic: made by hand.\"\nkind: windows\n{descriptor}organism: Homo sapiens\nassembly: GRCh38\nlicence: {{sequence: CC0 1.0, package: \"MIT: see there\"}}\ncaveats: [\"Small.\"]\n"));
        std::fs::create_dir_all(world.path(&back)).unwrap();
        for (file, bytes) in files {
            std::fs::write(world.path(&format!("{here}/{file}")), &bytes).unwrap();
            std::fs::write(world.path(&format!("{back}/{file}")), &bytes).unwrap();
        }
        world.titer(&["data", "pin", &here]).expect(0);
        world.titer(&["data", "check", &here]).expect(0);
        let (json, again) = (
            format!("{here}/croissant.json"),
            format!("{back}/croissant.json"),
        );
        world
            .titer(&["data", "croissant", &here, "--to", &json])
            .expect(0);
        let said = world
            .titer(&["data", "import", &json, "--to", &back])
            .expect(0);
        assert!(!said.out.contains("to fill in"), "{name}: {}", said.out);
        let said = world.titer(&["data", "pin", &back]).expect(0);
        assert!(
            said.out.contains("leaves nothing open"),
            "{name}: {}",
            said.out
        );
        let said = world.titer(&["data", "check", &back]).expect(0);
        assert!(said.out.contains("sound"), "{name}: {}", said.out);
        world
            .titer(&["data", "croissant", &back, "--to", &again])
            .expect(0);
        assert_eq!(world.read(&json), world.read(&again), "{name}");
        let sheets = [&here, &back].map(|it| world.titer(&["data", "sheet", it]).expect(0).out);
        assert_eq!(sheets[0], sheets[1], "{name}");
        let has_records = !world.read(&json).contains("\"recordSet\": []");
        assert_eq!(
            has_records,
            !["bed", "headerless", "fasta"].contains(&name),
            "{name}"
        );
    }
}

#[test]
fn what_nobody_has_pinned_is_fetched_and_then_pinned() {
    let world = World::new();
    let table = "chrom\tpos\tref\talt\tlabel\n1\t3\tC\tT\tTrue\n2\t2\tA\tG\tFalse\n";
    let server = Loopback::new(move |request| match request.path.as_str() {
        "/genome.fa" => Reply::file(request, b">chr1\nAACCGGTT\n>chr2\nCACACACA\n", "\"g\""),
        "/page.tsv" => Reply::file(request, b"<!DOCTYPE html><html>log in</html>", "\"p\""),
        _ => Reply::file(request, table.as_bytes(), "\"t\""),
    });
    let descriptor = |file: &str| {
        format!(
            "dataset: traits\nsummary: Synthetic.\nkind: windows\nlayout: tsv\nfile: {{path: test.tsv, digest: unpinned, bytes: 0}}\ngenome: {{path: genome.fa, digest: unpinned, bytes: 0}}\nwindow: 4\ncolumns: {{label: label, place: {{chromosome: chrom, position: pos, counted_from: 1, ref_allele: ref, alt_allele: alt}}}}\nclasses: [\"False\", \"True\"]\nsplits: {{test: 0}}\norganism: none\nassembly: none\nlicence: {{all: CC0 1.0}}\nfetch:\n  - {{to: test.tsv, url: \"{}\", digest: unpinned, bytes: 0, licence: CC0 1.0}}\n  - {{to: genome.fa, url: \"{}\", digest: unpinned, bytes: 0, licence: CC0 1.0}}\n",
            server.url(file),
            server.url("/genome.fa")
        )
    };
    world.write("datasets/traits/dataset.yaml", &descriptor("/page.tsv"));
    let said = world.titer(&["data", "fetch", "traits"]).expect(2);
    assert!(
        said.err.contains("a web page came in place of the file"),
        "{}",
        said.err
    );
    assert!(!world.path("datasets/traits/test.tsv").exists());

    world.write("datasets/traits/dataset.yaml", &descriptor("/test.tsv"));
    let said = world
        .titer(&["data", "fetch", "traits", "--to", "own"])
        .expect(0);
    assert!(
        said.out.contains("nobody has stated the digests of 2"),
        "{}",
        said.out
    );
    let said = world.titer(&["data", "check", "own/traits"]).expect(2);
    assert!(
        said.err.contains("nobody has stated it yet"),
        "{}",
        said.err
    );
    world.titer(&["data", "pin", "own/traits"]).expect(0);
    let said = world.titer(&["data", "check", "own/traits"]).expect(0);
    assert!(
        said.out.contains("reference allele of 0 of 2 variants") && said.out.contains("sound"),
        "{}",
        said.out
    );
    let said = world.titer(&["data", "sheet", "own/traits"]).expect(0);
    assert!(
        said.out.contains("| test | 2 | 4 to 4 | False 1, True 1 |"),
        "{}",
        said.out
    );
    // What was pinned is held to.
    std::fs::write(
        world.path("own/traits/test.tsv"),
        table.replace("True", "true"),
    )
    .unwrap();
    let said = world.titer(&["data", "check", "own/traits"]).expect(2);
    assert!(
        said.err.contains("the file is not the one described"),
        "{}",
        said.err
    );
}

/// Descriptors of published sets ship without data: each holds together, names its licence, its defects and what was not
/// verified, and says how to get it.
#[test]
fn published_sets_ship_as_descriptors() {
    let world = World::new();
    let listed = world.titer(&["ls", "data"]).expect(0).out;
    let published: Vec<&str> = listed
        .lines()
        .filter(|line| line.contains("not fetched"))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    for family in [
        "genomic-benchmarks-",
        "gue-",
        "nucleotide-transformer-revised-",
        "nucleotide-transformer-",
        "bend-",
        "traitgym-",
    ] {
        assert!(
            published.iter().any(|name| name.starts_with(family)),
            "{family} is not in:\n{listed}"
        );
    }
    for name in published {
        let said = world.titer(&["data", "show", name]).expect(0).out;
        for words in [
            "licence",
            "fetch: ",
            "caveat: Not verified",
            "not fetched: titer data fetch",
        ] {
            assert!(said.contains(words), "{name}: {words} is not in:\n{said}");
        }
        let said = world.titer(&["data", "check", name]).expect(2).err;
        assert!(said.contains("has not been fetched"), "{name}: {said}");
    }
}

/// The published interval files are those that the shipped descriptors pin; and are audited as such.
#[test]
#[ignore = "needs TITER_GENOMIC_BENCHMARKS, a folder of published intervals"]
fn with_genomic_benchmarks_published_intervals_are_those_described() {
    let folder = PathBuf::from(
        std::env::var_os("TITER_GENOMIC_BENCHMARKS").expect("TITER_GENOMIC_BENCHMARKS"),
    );
    let world = World::new();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    for (name, set) in [
        ("human-nontata-promoters", "human_nontata_promoters"),
        ("human-enhancers-cohn", "human_enhancers_cohn"),
        ("drosophila-enhancers-stark", "drosophila_enhancers_stark"),
        ("dummy-mouse-enhancers", "dummy_mouse_enhancers_ensembl"),
    ] {
        let descriptor = shipped.join(format!("genomic-benchmarks-{name}/dataset.yaml"));
        world.write(
            &format!("{name}/dataset.yaml"),
            &std::fs::read_to_string(descriptor).unwrap(),
        );
        let copy = |file: &str| {
            let to = world.path(&format!("{name}/{set}/{file}"));
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(folder.join(set).join(file), to).unwrap();
        };
        copy("metadata.yaml");
        for split in ["train", "test"] {
            copy(&format!("{split}/negative.csv.gz"));
            copy(&format!("{split}/positive.csv.gz"));
        }
        // What is fetched is what is described: nothing is left to fetch.
        let said = world.titer(&["data", "fetch", name, "--offline"]).expect(0);
        assert!(said.out.contains("all 5 are there"), "{}", said.out);
        let said = world.titer(&["data", "check", name]).expect(0);
        assert!(said.out.contains("places and no letters"), "{}", said.out);
    }
    let said = world
        .titer(&["audit", "data", "human-nontata-promoters"])
        .expect(0);
    assert!(
        said.out
            .contains("4,101 of 4,119 test intervals of class negative (99.6 %)"),
        "{}",
        said.out
    );
}

/// Neither digests nor counts nor classes stand in it, and its name is enough.
#[test]
fn what_a_descriptor_leaves_out_is_pinned_by_name() {
    let world = World::new();
    world.write(
        "datasets/mine/rows.tsv",
        "sequence\tlabel\nACGTAC CGTACG\tyes\nACGTAA CGTAAT\tno\n",
    );
    let text = "dataset: mine\nsummary: Synthetic.\nkind: windows\nfile: {path: rows.tsv, digest: unpinned, bytes: 0}\ncolumns: {sequence: sequence, label: label}\norganism: FILL_IN\nassembly: none\nlicence: {all: CC0 1.0}\n";
    world.write("datasets/mine/dataset.yaml", text);
    let open = world.titer(&["data", "croissant", "mine"]).expect(2);
    assert!(
        open.err.contains("organism: FILL_IN stands for"),
        "{}",
        open.err
    );
    world.replace("datasets/mine/dataset.yaml", "FILL_IN", "none");
    let open = world.titer(&["data", "croissant", "mine"]).expect(2);
    assert!(open.err.contains("Croissant states both"), "{}", open.err);
    let said = world.titer(&["data", "pin", "mine"]).expect(0);
    assert!(
        said.out.contains("pinned: splits: {test: 2}"),
        "{}",
        said.out
    );
    let pinned = world.read("datasets/mine/dataset.yaml");
    assert!(
        pinned.ends_with("splits: {test: 2}\nclasses: [\"no\", \"yes\"]\n"),
        "{pinned}"
    );
    let said = world.titer(&["data", "check", "mine"]).expect(0);
    assert!(said.out.contains("2 examples of 7 bases"), "{}", said.out);
    world.titer(&["data", "croissant", "mine"]).expect(0);

    // A digest without a size is kept, and held to.
    let bytes = pinned
        .split("bytes: ")
        .nth(1)
        .unwrap()
        .split('}')
        .next()
        .unwrap();
    let stated = pinned.replace(&format!("bytes: {bytes}"), "bytes: 0");
    world.write("datasets/mine/dataset.yaml", &stated);
    world.titer(&["data", "pin", "mine"]).expect(0);
    assert_eq!(world.read("datasets/mine/dataset.yaml"), pinned);
    world.write("datasets/mine/dataset.yaml", &stated);
    world.write("datasets/mine/rows.tsv", "sequence\tlabel\nACGT\tyes\n");
    let said = world.titer(&["data", "pin", "mine"]).expect(2);
    assert!(
        said.err.contains("digest: what is there is"),
        "{}",
        said.err
    );
}
