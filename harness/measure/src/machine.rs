//! What machine this is: facts that numbers are read beside.

use std::collections::{BTreeMap, BTreeSet};

/// Facts about this machine by name. What cannot be learned is left out.
#[must_use]
pub fn facts() -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.insert(name.to_owned(), value);
        }
    };
    put("architecture", Some(std::env::consts::ARCH.to_owned()));
    put("operating system", operating_system());
    put("kernel", read("/proc/sys/kernel/osrelease"));
    put("processor", processor());
    put(
        "cores",
        std::thread::available_parallelism()
            .ok()
            .map(|cores| cores.to_string()),
    );
    put("memory", memory());
    put("instruction set", Some(instruction_set()));
    facts
}

/// The processor, as its maker names it; `None`: the system does not say.
#[must_use]
pub fn processor() -> Option<String> {
    cpu_field("model name").filter(|name| !name.is_empty())
}

/// What this machine is, where it is another one than these facts are of: each fact that differs, as in `cores: 8 there, 4 here`.
#[must_use]
pub fn differences(there: &BTreeMap<String, String>) -> Vec<String> {
    compared(there, &facts())
}

fn compared(there: &BTreeMap<String, String>, here: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = there.keys().chain(here.keys()).collect();
    let said = |facts: &BTreeMap<String, String>, name: &String| {
        facts
            .get(name)
            .cloned()
            .unwrap_or_else(|| "not known".to_owned())
    };
    names
        .into_iter()
        .filter(|name| there.get(*name) != here.get(*name))
        .map(|name| {
            format!(
                "{name}: {} there, {} here",
                said(there, name),
                said(here, name)
            )
        })
        .collect()
}

/// The processor's vector extensions that runtimes choose their kernels by. Part of a cell's record:
/// quantized kernels give other numbers on another instruction set.
#[must_use]
pub fn instruction_set() -> String {
    const TELLING: [&str; 12] = [
        "sse4_2",
        "avx",
        "fma",
        "avx2",
        "avx512f",
        "avx512bw",
        "avx512_vnni",
        "avx_vnni",
        "avx512_bf16",
        "amx_int8",
        "asimddp",
        "i8mm",
    ];
    let flags = cpu_field("flags")
        .or_else(|| cpu_field("Features"))
        .unwrap_or_default();
    let present: Vec<&str> = TELLING
        .into_iter()
        .filter(|name| flags.split(' ').any(|flag| flag == *name))
        .collect();
    format!("{} {}", std::env::consts::ARCH, present.join(" "))
        .trim_end()
        .to_owned()
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path)
        .ok()
        .map(|text| text.trim().to_owned())
}

fn cpu_field(name: &str) -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
}

fn operating_system() -> Option<String> {
    let text = read("/etc/os-release")?;
    text.lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map(|name| name.trim_matches('"').to_owned())
        .or_else(|| Some(std::env::consts::OS.to_owned()))
}

fn memory() -> Option<String> {
    let text = read("/proc/meminfo")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{:.1} GiB", kibibytes as f64 / 1_048_576.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_name_the_architecture() {
        assert_eq!(facts()["architecture"], std::env::consts::ARCH);
        assert!(instruction_set().starts_with(std::env::consts::ARCH));
    }

    #[test]
    fn this_machine_is_itself_and_no_other() {
        assert_eq!(differences(&facts()), Vec::<String>::new());
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let there = BTreeMap::from([
            named("cores", "8"),
            named("processor", "A"),
            named("kernel", "6"),
        ]);
        let here = BTreeMap::from([
            named("cores", "4"),
            named("memory", "1 GiB"),
            named("kernel", "6"),
        ]);
        let said = [
            "cores: 8 there, 4 here",
            "memory: not known there, 1 GiB here",
            "processor: A there, not known here",
        ];
        assert_eq!(compared(&there, &here), said);
    }
}
