//! A prediction that depends on its batch must be declared: a real dynamically quantized model, whose
//! descriptor says so, and the same one whose descriptor does not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "helpers/world.rs"]
mod world;

use world::{World, repository};

fn world() -> World {
    let world = World::new();
    let from = repository().join("models/mmsplice-donor");
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = world.path("models/donor").join(path.file_name().unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&path, to).unwrap();
    }
    world.write(
        "donor.yaml",
        "evaluation: donor\nsuites: [splice-donor]\nmodels:\n  - {model: models/donor/model.yaml, variants: [fp32, int8-dynamic]}\nthreads: 1\nlimit: 200\nreplicates: 200\n",
    );
    world
}

#[test]
fn a_declared_dependence_is_measured_and_let_be() {
    let world = world();
    world.titer(&["run", "donor.yaml"]).expect(0);
    let page = world.read("runs/donor/report.html");
    assert!(
        page.contains(
            "A prediction depends on the rest of its batch. Alone and in a batch: within"
        )
    );
}

#[test]
fn an_undeclared_one_fails_its_cells() {
    let world = world();
    world.replace("models/donor/model.yaml", "    batch_dependent: true\n", "");
    let said = world.titer(&["run", "donor.yaml"]).expect(5);
    assert!(
        said.err.contains("predictions depend on their batch")
            || said.out.contains("predictions depend on their batch"),
        "{}\n{}",
        said.out,
        said.err
    );
    // Batches of one have nothing to depend on.
    let text = world.read("donor.yaml");
    world.write("donor.yaml", &format!("{text}batch_size: 1\n"));
    world.titer(&["run", "donor.yaml"]).expect(0);
}
