//! Real processes: ones that answer, and every way not to.

use std::path::Path;

use titer_adaptors::{Values, Width};
use titer_spec::Document;

use super::stream::Broken;
use super::*;

/// A folder with a script, and the options to start it.
struct Given {
    folder: tempfile::TempDir,
    spec: ModelSpec,
}

impl Given {
    /// `script` is run by python3, beside `titer_model.py`; `options` are those of `process`.
    fn python(script: &str, options: &str) -> Self {
        let it = Self::command("[python3, model.py]", options);
        std::fs::write(it.folder.path().join("model.py"), script).unwrap();
        std::fs::write(it.folder.path().join("titer_model.py"), PYTHON).unwrap();
        it
    }

    fn shell(script: &str, options: &str) -> Self {
        let it = Self::command("[sh, model.sh]", options);
        std::fs::write(it.folder.path().join("model.sh"), script).unwrap();
        it
    }

    fn command(command: &str, options: &str) -> Self {
        let text = format!(
            "model: fixture
summary: A fixture.
tasks: [test]
input: {{window: {{start: 0, end: 3}}, one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}}}
output: {{kind: binary, activation: none}}
variants: [{{variant: own, backend: process, precision: fp32, process: {{command: {command}{options}}}}}]
reference: own
"
        );
        let document = Document::<ModelSpec>::parse(Path::new("fixture.yaml"), text);
        Self {
            folder: tempfile::tempdir().unwrap(),
            spec: document.unwrap().value,
        }
    }

    fn notes(&self) -> PathBuf {
        self.folder.path().join("cell/stderr.txt")
    }

    fn load(&self) -> Result<Process, ModelError> {
        let notes = self.notes();
        let options = LoadOptions {
            threads: 3,
            folder: Some(self.folder.path()),
            errors: Some(&notes),
            ..LoadOptions::default()
        };
        load(&self.spec, &self.spec.variants[0], &options)
    }

    /// What is said of loading it, or of one request to it.
    fn fails(&self) -> ModelError {
        match self.load() {
            Err(error) => error,
            Ok(mut process) => process.run(numbers(2)).expect_err("an answer"),
        }
    }
}

/// A batch of so many examples: 0, 1, 2 and so on, three numbers each.
fn numbers(examples: usize) -> Vec<Feed> {
    feed(
        &[examples, 3],
        Values::F32((0..3 * examples).map(|i| i as f32).collect()),
    )
}

fn feed(shape: &[usize], values: Values) -> Vec<Feed> {
    vec![Feed {
        name: None,
        shape: shape.to_vec(),
        values,
    }]
}

const SUM: &str = "\
import titer_model
print('a word on the way')
def predict(x):
    print('and another')
    return [sum(row) for row in x]
titer_model.serve(predict, name='sum', version='3', numpy=False)
";

/// A process that answers by hand; `ANSWER` is what it writes for each request.
const BY_HAND: &str = "\
import os, sys, time
out = sys.stdout.buffer
def say(text):
    out.write(text if isinstance(text, bytes) else text.encode()); out.flush()
say('{\"name\": \"m\", \"ready\": true}\\n')
for line in sys.stdin.buffer:
    print('I was asked', file=sys.stderr, flush=True)
    ANSWER
";

fn by_hand(answer: &str) -> Given {
    Given::python(&BY_HAND.replace("ANSWER", answer), ", request_s: 3")
}

#[test]
fn a_function_answers_in_both_modes() {
    for tensors in ["json", "binary"] {
        let given = Given::python(SUM, &format!(", tensors: {tensors}"));
        let mut process = given.load().unwrap();
        for examples in [1, 4, 2] {
            let sums = process.run(numbers(examples)).unwrap();
            assert_eq!(sums.shape, [examples]);
            let expected: Vec<f64> = (0..examples).map(|i| (9 * i + 3) as f64).collect();
            assert_eq!(sums.values, expected, "{tensors}");
        }
        drop(process);
        let notes = std::fs::read_to_string(given.notes()).unwrap();
        assert!(
            notes.starts_with("a word on the way\nand another\n"),
            "{notes}"
        );
    }
}

#[test]
fn every_bit_comes_back() {
    let script = "import titer_model\ntiter_model.serve(lambda x: x, numpy=False)";
    let odd = [
        0.1,
        -0.0,
        1e-45,
        f32::MAX,
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        1.0 / 3.0,
    ];
    for tensors in ["json", "binary"] {
        let given = Given::python(script, &format!(", tensors: {tensors}"));
        let mut process = given.load().unwrap();
        let back = process
            .run(feed(&[2, 2, 2], Values::F32(odd.to_vec())))
            .unwrap();
        assert_eq!(back.shape, [2, 2, 2]);
        for (value, back) in odd.map(f64::from).iter().zip(back.values) {
            assert!(value.to_bits() == back.to_bits() || (value.is_nan() && back.is_nan()));
        }
    }
}

#[test]
fn numbers_of_64_bits_stay_what_they_are() {
    let script = "import titer_model\ntiter_model.serve(lambda x: [0.1, 0.1 + 1e-12, 16777217], numpy=False)";
    for tensors in ["json", "binary"] {
        let given = Given::python(script, &format!(", tensors: {tensors}"));
        let found = given.load().unwrap().run(numbers(3)).unwrap();
        assert_eq!(found.width, Width::Double);
        assert_eq!(found.values, [0.1, 0.1 + 1e-12, 16_777_217.0], "{tensors}");
    }
    let script = "import titer_model\ntiter_model.serve(lambda x: [0, -2**53 - 1], numpy=False)";
    let error = Given::python(script, "").fails().to_string();
    let says = "output output holds -9007199254740993, a whole number beyond 2^53";
    assert!(error.contains(says), "{error}");
}

#[test]
fn letters_tokens_and_several_inputs() {
    let script = "\
import titer_model
def predict(letters, tokens):
    return {'p': [len(l) + t[0] + t[1] for l, t in zip(letters, tokens)], 'q': [0 for _ in letters]}
titer_model.serve(predict, inputs=('letters', 'tokens'), outputs=('q', 'p'), numpy=False)
";
    for tensors in ["json", "binary"] {
        let given = Given::python(script, &format!(", tensors: {tensors}, output: p"));
        let mut feeds = feed(
            &[2],
            Values::Text(vec!["ACGT".to_owned(), "N\u{e9}".to_owned()]),
        );
        feeds.extend(feed(&[2, 2], Values::I64(vec![-1, 2, 1 << 40, -(1 << 40)])));
        feeds[0].name = Some("letters".to_owned());
        feeds[1].name = Some("tokens".to_owned());
        let found = given.load().unwrap().run(feeds).unwrap();
        assert_eq!(found.values, [5.0, 2.0], "{tensors}");
    }
}

#[test]
fn what_a_process_says_of_itself_tells_versions_apart() {
    let given = Given::python(SUM, "");
    let options = LoadOptions {
        folder: Some(given.folder.path()),
        ..LoadOptions::default()
    };
    let words = identify(&given.spec.variants[0], &options).unwrap();
    assert!(words.starts_with("process sum 3 (python 3."), "{words}");
    let (_, modules) = describe(&given.spec.variants[0], &options).unwrap();
    assert_eq!(modules, ["model.py", "titer_model.py"]);
}

#[test]
fn threads_are_told() {
    let script = "\
import os, titer_model
assert os.environ['OMP_NUM_THREADS'] == os.environ['MKL_NUM_THREADS'] == '3'
titer_model.serve(lambda x: [titer_model.THREADS for _ in x], numpy=False)
";
    let mut process = Given::python(script, "").load().unwrap();
    assert_eq!(process.run(numbers(1)).unwrap().values, [3.0]);
}

#[test]
fn an_error_of_the_function_is_told_and_the_process_goes_on() {
    let script = "\
import titer_model
def predict(x):
    if len(x) == 3: raise ValueError('three is too many')
    return [0.5] * (len(x) + (len(x) == 2))
titer_model.serve(predict, numpy=False)
";
    let mut process = Given::python(script, "").load().unwrap();
    let error = process.run(numbers(3)).unwrap_err();
    assert!(
        matches!(&error, ModelError::Run(said) if said.contains("three is too many")),
        "{error}"
    );
    let error = process.run(numbers(2)).unwrap_err().to_string();
    assert!(error.contains("2 examples and returned 3"), "{error}");
    assert_eq!(process.run(numbers(1)).unwrap().values, [0.5]);
}

#[test]
fn what_never_starts_is_told() {
    let absent = Given::command("[no-such-program-anywhere]", "").fails();
    assert!(
        matches!(&absent, ModelError::Input(said) if said.contains("cannot be started")),
        "{absent}"
    );
    for (script, said) in [
        (
            "import no_such_framework",
            "No module named 'no_such_framework'",
        ),
        ("print('{\"name\": 1}')", "no metadata"),
        (
            "print('{\"error\": \"no weights here\"}')",
            "no weights here",
        ),
        ("print('{\"name\": \"m\"}')", "ready"),
        ("import sys; sys.exit(7)", "exit code 7"),
        ("import os; os.kill(os.getpid(), 11)", "signal 11"),
        ("import time; time.sleep(60)", "start_up_s"),
        ("print('{' + 3_000_000 * ' ')", "1048576 bytes"),
        ("while True: print('loading')", "print to standard error"),
    ] {
        let error = Given::python(script, ", start_up_s: 3").fails();
        assert!(
            matches!(
                error,
                ModelError::Input(_) | ModelError::Runtime(_) | ModelError::Run(_)
            ),
            "{script}: {error}"
        );
        assert!(error.to_string().contains(said), "{script}: {error}");
    }
    let error = Given::shell(
        "echo '{\"ready\": true}'; cat > /dev/null",
        ", tensors: binary",
    )
    .fails();
    assert!(error.to_string().contains("tensors: json"), "{error}");
}

#[test]
fn what_answers_amiss_is_told_with_its_last_words() {
    let output = |rest: &str| {
        format!("say('{{\"id\": \"1\", \"outputs\": [{{\"name\": \"p\", {rest}}}]}}\\n')")
    };
    for (answer, said) in [
        (
            "say('{\"id\": \"9\", \"outputs\": []}\\n')".to_owned(),
            "request \"9\", it was asked 1",
        ),
        (
            output("\"shape\": [2], \"datatype\": \"FP32\", \"data\": [1]"),
            "has 1 numbers",
        ),
        (
            output("\"shape\": [2], \"datatype\": \"FP32\", \"data\": [NaN, 1]"),
            "not the protocol",
        ),
        (
            "say('{\"id\": \"1\", \"out'); sys.exit(3)".to_owned(),
            "exit code 3 before it had answered",
        ),
        ("os.kill(os.getpid(), 9)".to_owned(), "out of memory"),
        ("time.sleep(60)".to_owned(), "request_s"),
        (
            "os.close(1); time.sleep(60)".to_owned(),
            "closed its standard output and goes on",
        ),
        (
            "say('almost there\\n' * 9000)".to_owned(),
            "print to standard error",
        ),
        (
            output(
                "\"shape\": [2], \"datatype\": \"FP32\", \"parameters\": {\"binary_data_size\": 8}",
            ) + "; say(b'1234'); sys.exit(0)",
            "exit code 0 before it had answered",
        ),
    ] {
        let error = by_hand(&answer).fails();
        assert!(matches!(error, ModelError::Run(_)), "{answer}: {error}");
        let error = error.to_string();
        assert!(error.contains(said), "{answer}: {error}");
        assert!(
            error.contains("I was asked") || answer.contains("almost"),
            "{answer}: {error}"
        );
        assert!(error.contains("cell/stderr.txt"), "{answer}: {error}");
    }
    let shape = by_hand(&output(
        "\"shape\": [3], \"datatype\": \"FP32\", \"data\": [1, 2, 3]",
    ))
    .fails();
    assert!(matches!(shape, ModelError::Shape { .. }), "{shape}");
}

#[test]
fn what_is_printed_between_answers_is_passed_over_and_noted() {
    let answer = "say('loading 1 %\\n\\nloading 2 %\\n{\"id\": \"1\", \"outputs\": [{\"name\": \"p\", \"shape\": [2], \"datatype\": \"FP32\", \"data\": [0, 1]}]}\\n')";
    let given = by_hand(answer);
    let mut process = given.load().unwrap();
    assert_eq!(process.run(numbers(2)).unwrap().values, [0.0, 1.0]);
    drop(process);
    let notes = std::fs::read_to_string(given.notes()).unwrap();
    assert!(notes.contains("[standard output] loading 2 %\n"), "{notes}");
}

/// More than pipes hold, in both directions at once.
#[test]
fn neither_side_waits_for_the_other() {
    let script = BY_HAND.replace("ANSWER", "pass").replace(
        "for line in",
        "say('x' * 60_000 + '\\n')\nsay('{\"id\": \"1\", \"outputs\": [{\"name\": \"p\", \"shape\": [1, 1500000], \"datatype\": \"FP32\", \"data\": [' + '0,' * 1_499_999 + '0]}]}\\n')\nfor line in",
    );
    let given = Given::python(&script, ", tensors: json, request_s: 60");
    let values = Values::F32(vec![0.5; 1_000_000]);
    let answer = given
        .load()
        .unwrap()
        .run(feed(&[1, 1_000_000], values))
        .unwrap();
    assert_eq!(answer.values.len(), 1_500_000);
}

#[test]
fn one_that_does_not_read_is_late() {
    let given = Given::shell("echo '{\"ready\": true}'; exec sleep 60", ", request_s: 1");
    let mut process = given.load().unwrap();
    let values = Values::F32(vec![0.5; 1_000_000]);
    let error = process.run(feed(&[1, 1_000_000], values)).unwrap_err();
    assert!(error.to_string().contains("request_s"), "{error}");
}

fn is_alive(id: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

fn ends(id: u32) -> bool {
    let start = Instant::now();
    while is_alive(id) && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    !is_alive(id)
}

/// Says the number of a child that ignores everything but signal 9.
const WITH_A_CHILD: &str = "\
trap '' TERM HUP INT
sh -c \"trap '' TERM HUP INT; exec sleep 600\" &
echo \"{\\\"ready\\\": true, \\\"name\\\": \\\"$!\\\"}\"
while true; do sleep 1; done
";

#[cfg(target_os = "linux")]
#[test]
fn a_process_and_its_children_end_together() {
    let given = Given::shell(WITH_A_CHILD, "");
    let process = given.load().unwrap();
    let ids = [process.processes()[0], child_of(&process)];
    assert!(ids.iter().all(|id| is_alive(*id)), "{ids:?}");
    drop(process);
    assert!(ids.iter().all(|id| ends(*id)), "{ids:?}");
}

/// The guard's pipe closes when the worker dies, however it dies.
#[cfg(target_os = "linux")]
#[test]
fn a_process_and_its_children_end_with_the_worker() {
    let given = Given::shell(WITH_A_CHILD, "");
    let process = given.load().unwrap();
    let ids = [process.processes()[0], child_of(&process)];
    if let Some((running, _)) = &mut process.shared.state().running {
        running.lose_guard();
    }
    assert!(ids.iter().all(|id| ends(*id)), "{ids:?}");
}

fn child_of(process: &Process) -> u32 {
    let state = process.shared.state();
    let (_, metadata) = state.running.as_ref().unwrap();
    metadata.name.parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn an_idle_process_ends_and_comes_back() {
    let given = Given::python(SUM, ", idle_s: 1");
    let mut process = given.load().unwrap();
    let id = process.processes()[0];
    process.run(numbers(1)).unwrap();
    assert_eq!(process.processes(), [id]);
    assert!(ends(id));
    assert!(process.processes().is_empty());
    assert_eq!(process.run(numbers(1)).unwrap().values, [3.0]);
    assert_ne!(process.processes(), [id]);
}

#[test]
fn a_line_may_not_be_longer_than_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(None).unwrap();
    let start = |script: &str| {
        let arguments = ["-c".to_owned(), script.to_owned()];
        Running::start(Path::new("sh"), &arguments, folder.path(), &[], &journal).unwrap()
    };
    let soon = Instant::now() + Duration::from_secs(20);
    for (script, most, fits) in [
        ("printf '%01000d\\n' 1", 1000, true),
        ("printf '%01001d\\n' 1", 1000, false),
        ("head -c 3000000 /dev/zero; sleep 60", 1000, false),
    ] {
        let mut running = start(script);
        let line = running.stream.as_mut().unwrap().line(most, soon);
        assert_eq!(line.is_ok(), fits, "{script}");
        assert!(fits || matches!(line, Err(Broken::TooLong)), "{script}");
        running.kill();
    }
    // A line and what follows it, in pieces.
    let mut running = start(
        "printf 'on'; sleep 0.1; printf 'e\\ntw'; sleep 0.1; printf 'o\\n12'; sleep 0.1; printf '34'",
    );
    let stream = running.stream.as_mut().unwrap();
    assert_eq!(stream.line(10, soon).unwrap(), b"one");
    assert_eq!(stream.line(10, soon).unwrap(), b"two");
    assert_eq!(stream.bytes(4, soon).unwrap(), b"1234");
    assert!(matches!(stream.bytes(1, soon), Err(Broken::Closed)));
}
