//! The cost of a message, side by side: noex, an actor written by hand on tokio's channels, ractor and kameo.
//!
//! `cargo run --release -p noex-benches` measures and prints two tables in Markdown; `-- --quick` only checks that
//! every order and count is right, with a few messages. Words pick libraries and workloads: `-- noex cast`.

mod contender;
mod hand_written;
mod memory;
mod rounds;
mod with_kameo;
mod with_noex;
mod with_ractor;
mod workload;

use rounds::{ENTRIES, Entry, Flavor, Result};
use workload::Workload;

/// How much is done.
#[derive(Clone, Copy)]
struct Scale {
    rounds: usize,
    messages: u32,
    servers: u32,
    heavy: u32,
    idle: u32,
}

const FULL: Scale = Scale {
    rounds: 41,
    messages: 20_480,
    servers: 500,
    heavy: 24,
    idle: 100_000,
};

const QUICK: Scale = Scale {
    rounds: 1,
    messages: 1_280,
    servers: 20,
    heavy: 16,
    idle: 1_000,
};

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--memory", library, servers] => print_memory(library, servers),
        ["--quick"] => check(),
        [] => measure(&picked(""), ""),
        [library] if !library.starts_with('-') => measure(&picked(library), ""),
        [library, workload] => measure(&picked(library), workload),
        _ => {
            eprintln!(
                "usage: cargo run --release -p noex-benches [-- --quick | <library> [<workload>]]"
            );
            std::process::exit(2);
        }
    }
}

/// The library, and what it is held against.
fn picked(library: &str) -> Vec<&'static Entry> {
    let mut entries = ENTRIES.iter();
    let reference = entries.next().into_iter();
    reference
        .chain(entries.filter(|entry| entry.name.contains(library)))
        .collect()
}

fn print_memory(library: &str, servers: &str) {
    let entry = ENTRIES.iter().find(|entry| entry.name == library);
    let measured = entry
        .zip(servers.parse().ok())
        .map(|(entry, servers)| (entry.memory)(servers));
    println!("{}", measured.expect("a known library and a number"));
}

fn check() {
    measured(&picked(""), "", QUICK, |_, _, _| {});
    for entry in &ENTRIES {
        memory::measured_apart(entry.name, QUICK.idle);
    }
    println!("every order and count is right");
}

fn measure(entries: &[&Entry], workload: &str) {
    println!(
        "A message's time against the hand-written actor's: the rounds' median ratio, the ratio of the least times, \
         and the median in ns.\n"
    );
    println!("| | {} |", names(entries));
    println!("|---{}|", "|---:".repeat(entries.len()));
    measured(entries, workload, FULL, print_row);
    if workload.is_empty() {
        print_weights(entries);
    }
}

fn print_weights(entries: &[&Entry]) {
    let weights: Vec<_> = entries
        .iter()
        .map(|entry| memory::measured_apart(entry.name, FULL.idle).to_string())
        .collect();
    println!("| bytes an idle server | {} |", weights.join(" | "));
}

fn measured(
    entries: &[&Entry],
    picked: &str,
    scale: Scale,
    mut each: impl FnMut(Flavor, Workload, &[Result]),
) {
    for flavor in [Flavor::TwoWorkers, Flavor::CurrentThread] {
        let runtime = flavor.runtime();
        let workloads = Workload::ALL.into_iter();
        for workload in workloads.filter(|workload| workload.name().contains(picked)) {
            let messages = match workload {
                Workload::Spawn => scale.servers,
                Workload::Heavy(_) => scale.heavy,
                Workload::Sequential | Workload::Callers(_) | Workload::Casts(_) => scale.messages,
            };
            let results = rounds::race(&runtime, entries, workload, messages, scale.rounds);
            each(flavor, workload, &results);
        }
    }
}

fn names(entries: &[&Entry]) -> String {
    let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
    names.join(" | ")
}

fn print_row(flavor: Flavor, workload: Workload, results: &[Result]) {
    let cells: Vec<_> = results
        .iter()
        .map(|result| {
            format!(
                "**{:.2}** {:.2} · {:.0}",
                result.ratio, result.least_ratio, result.median
            )
        })
        .collect();
    let (what, on) = (workload.name(), flavor.name());
    println!("| {what}, {on} | {} |", cells.join(" | "));
}
