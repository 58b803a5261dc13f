//! Jobs of a run folder: each says all that its cell needs, so that anyone can have it done again.

use crate::helpers::world::{Said, World, digests};

const MORE: &str = "controls: [gc, {kmers: {k: 2}}, shuffled, random_weights]\nmeasure:\n  latency: {scenario: single_stream, batch_sizes: [1], rounds: 2, queries: 3, seconds: 1, warm_up: 1}\n";

/// A run with controls and a measurement.
fn ran() -> World {
    let world = World::new();
    let text = world.read("own.yaml");
    world.write("own.yaml", &format!("{text}{MORE}"));
    world.titer(&["run", "own.yaml"]).expect(0);
    world
}

/// Jobs of cells, or of measurements, whose names say their round.
fn jobs(world: &World, run: &str, of_cells: bool) -> Vec<String> {
    let entries = world.path(run).join("jobs").read_dir().unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter(|name| (name.matches('.').count() == 1) == of_cells)
        .map(|name| format!("{run}/jobs/{name}"))
        .collect();
    names.sort();
    names
}

fn worker(world: &World, session: bool, jobs: &[String]) -> Said {
    let mut arguments = vec!["worker"];
    arguments.extend(session.then_some("--session"));
    arguments.extend(jobs.iter().map(String::as_str));
    world.titer(&arguments)
}

#[test]
fn jobs_done_again_by_hand_give_the_cells_that_they_gave() {
    let world = ran();
    let before = digests(&world.path("runs/own"));
    // A run may lie elsewhere by then.
    std::fs::rename(world.path("runs/own"), world.path("moved")).unwrap();
    let jobs = jobs(&world, "moved", true);
    assert!(jobs.len() > 12, "{jobs:?}");
    // All in one process, whatever they are of; and one alone.
    for (session, jobs) in [(true, &jobs[..]), (false, &jobs[..2])] {
        for job in jobs {
            let cell = job.replace("jobs", "cells").replace(".json", "");
            std::fs::remove_dir_all(world.path(&cell)).unwrap();
        }
        let said = worker(&world, session, jobs).expect(0);
        assert_eq!(said.err.matches(": finished: ").count(), jobs.len());
        assert!(said.err.contains(" examples"), "{}", said.err);
        assert_eq!(digests(&world.path("moved")), before);
    }
    // The run takes them over.
    let said = world
        .titer(&["run", "own.yaml", "--output", "moved"])
        .expect(0);
    assert!(
        !said.err.contains("predicted again")
            && said.out.contains(&format!("{0} of {0} reused", jobs.len())),
        "{}",
        said.out
    );
    assert_eq!(digests(&world.path("moved")), before);
}

#[test]
fn a_record_says_where_its_cell_was_predicted() {
    let world = ran();
    let machine = titer_store::RunFolder::at(&world.path("runs/own"))
        .read_manifest()
        .unwrap()
        .machine;
    let job = &jobs(&world, "runs/own", true)[0];
    let record = world.read(&job.replace("jobs", "cells").replace(".json", "/cell.json"));
    for fact in ["processor", "instruction set"] {
        if let Some(value) = machine.get(fact) {
            let said = format!("\"{}\": \"{value}\"", fact.replace(' ', "_"));
            assert!(record.contains(&said), "{record}");
        }
    }
}

/// Its key says of which machine a measurement is.
#[test]
fn no_other_machine_measures() {
    let world = ran();
    let rounds = jobs(&world, "runs/own", false);
    assert_eq!(rounds.len(), 4, "{rounds:?}");
    let said = worker(&world, false, &rounds[..1]).expect(0);
    assert!(said.err.contains("a round"), "{}", said.err);
    world.replace(
        &rounds[0],
        "\"architecture\": \"",
        "\"architecture\": \"not ",
    );
    let said = worker(&world, false, &rounds[..1]).expect(5);
    let here = std::env::consts::ARCH;
    let differs = format!("architecture: not {here} there, {here} here");
    assert!(said.err.contains(&differs), "{}", said.err);
    assert!(
        said.err.contains("run titer on the machine"),
        "{}",
        said.err
    );
}

#[test]
fn what_cannot_be_done_is_said_with_file_and_cure() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let jobs = jobs(&world, "runs/own", true);
    let whole = world.read(&jobs[0]);
    world.write("loose.json", &whole);
    let version = format!("\"titer\": \"{}\"", env!("CARGO_PKG_VERSION"));
    world.replace(&jobs[0], &version, "\"titer\": \"0.1.0\"");
    world.write(&jobs[1], &whole[..whole.len() / 2]);
    for (job, said) in [
        ("runs/own/jobs/none.json", "there is no such file"),
        ("loose.json", "does not lie in `jobs` of a run folder"),
        (&jobs[0], "titer 0.1.0 wrote this job"),
        (&jobs[1], "EOF"),
    ] {
        let told = worker(&world, false, &[job.to_owned()]).expect(2);
        assert!(told.err.contains(said), "{}", told.err);
        assert!(
            told.err.contains(job) && told.err.contains("help: "),
            "{}",
            told.err
        );
    }
    // One that was understood and failed.
    std::fs::remove_dir_all(world.path("datasets")).unwrap();
    let told = worker(&world, false, &jobs[2..3]).expect(5);
    assert!(told.err.contains(": failed: "), "{}", told.err);
}

#[test]
fn jobs_of_another_form_of_the_evaluation_go() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let before = jobs(&world, "runs/own", true);
    world.replace("own.yaml", "threads: 1", "threads: 1\nseed: 5");
    world.titer(&["run", "own.yaml"]).expect(0);
    let now = jobs(&world, "runs/own", true);
    // The clean ones stay.
    assert_eq!((before.len(), now.len()), (12, 12));
    assert_eq!(now.iter().filter(|job| before.contains(job)).count(), 4);
}
