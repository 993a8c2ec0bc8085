//! The cost of a message, side by side: noex, an actor written by hand on tokio's channels, ractor and kameo. The cost
//! of a save and of a restore beside what one writes by hand.
//!
//! `cargo run --release -p noex-benches` measures and prints tables in Markdown; `-- --quick` only checks that every
//! order, count and stored byte is right, with a few messages. Words pick libraries and workloads: `-- noex cast`;
//! `-- --saves`, `-- --restores` and `-- --children` pick these, `-- --saves files` those on one store.

mod children;
mod contender;
mod document;
mod folder;
mod ground;
mod hand_written;
mod memory;
mod restores;
mod rounds;
mod saves;
mod shelf;
mod with_kameo;
mod with_noex;
mod with_ractor;
mod workload;

use std::path::Path;

use rounds::{ENTRIES, Entry, Flavor, Result};
use workload::Workload;

/// How much is done.
#[derive(Clone, Copy)]
struct Scale {
    rounds: usize,
    messages: u32,
    servers: u32,
    heavy: u32,
    fanned_out: u32,
    idle: u32,
}

const FULL: Scale = Scale {
    rounds: 41,
    messages: 20_480,
    servers: 500,
    heavy: 24,
    fanned_out: 30_000,
    idle: 100_000,
};

const QUICK: Scale = Scale {
    rounds: 1,
    messages: 1_280,
    servers: 20,
    heavy: 16,
    fanned_out: 200,
    idle: 1_000,
};

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--memory", library, servers] => print_memory(library, servers),
        ["--restored", store, way, folder, servers] => print_weight(store, way, folder, servers),
        ["--children-of", store, children] => print_children(store, children),
        ["--quick"] => check(),
        ["--children"] => measure_children(),
        ["--saves", store @ ..] => measure_saves(store.first().unwrap_or(&"")),
        ["--restores", store @ ..] => measure_restores(store.first().unwrap_or(&"")),
        [] => {
            measure(&picked(""), "");
            measure_saves("");
            measure_restores("");
            measure_children();
        }
        [library] if !library.starts_with('-') => measure(&picked(library), ""),
        [library, workload] => measure(&picked(library), workload),
        _ => {
            eprintln!(
                "usage: cargo run --release -p noex-benches [-- --quick | --saves [<store>] | --restores [<store>] | --children | <library> [<workload>]]"
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

fn print_weight(store: &str, way: &str, folder: &str, servers: &str) {
    let servers = servers.parse().expect("a number");
    let weight = restores::weighed_here(store, way, Path::new(folder), servers);
    println!("{}", weight.expect("a known store and way"));
}

fn check() {
    measured(&picked(""), "", QUICK, |_, _, _| {});
    for entry in &ENTRIES {
        memory::measured_apart(entry.name, QUICK.idle);
    }
    saves::measured(saves::QUICK, "", |_, _, _| {});
    restores::measured(restores::QUICK, "", |_, _, _| {});
    children::measured_apart(&children::QUICK);
    println!("every order, count and stored byte is right");
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

fn measure_saves(store: &str) {
    println!(
        "\nA save's time against that of a group commit written by hand: the rounds' median ratio, the ratio of the \
         least times, and how many a second at the median.\n"
    );
    println!("| | {} |", saves::NAMES.join(" | "));
    println!("|---{}|", "|---:".repeat(saves::NAMES.len()));
    saves::measured(saves::FULL, store, |store, servers, results| {
        let cells: Vec<_> = results
            .iter()
            .map(|result| cell(result, 1e9 / result.median))
            .collect();
        println!("| {store}, {servers} servers | {} |", cells.join(" | "));
    });
}

fn measure_restores(store: &str) {
    let servers = f64::from(restores::FULL.servers);
    println!(
        "\nThe time of {servers} restores against that of a loop which reads and decodes: the rounds' median ratio, \
         the ratio of the least times, and the median in ms; bytes a server.\n"
    );
    println!("| | {} |", restores::NAMES.join(" | "));
    println!("|---{}|", "|---:".repeat(restores::NAMES.len()));
    restores::measured(restores::FULL, store, |store, results, weights| {
        let cells: Vec<_> = results
            .iter()
            .zip(weights)
            .map(|(result, weight)| {
                let cell = cell(result, result.median * servers / 1e6);
                format!("{cell}; {weight}")
            })
            .collect();
        println!("| {store} | {} |", cells.join(" | "));
    });
}

fn measure_children() {
    println!(
        "\nChildren of one dynamic supervisor, each with a state of about a kilobyte: milliseconds, and microseconds a \
         child, to start them anew, to stop them, and to start them from their records; bytes a child.\n"
    );
    println!("| | start | stop, saving | start from records | bytes |");
    println!("|---{}|", "|---:".repeat(4));
    children::measured_apart(&children::FULL);
}

fn print_children(store: &str, children: &str) {
    let number = children.parse().expect("a number");
    let costs = children::measured_here(store, number).expect("a known store");
    println!("| {store}, {number} children | {} |", costs.cells());
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
                Workload::FanOut(_) => scale.fanned_out,
                Workload::Sequential | Workload::Callers(_) | Workload::Casts(_) => scale.messages,
            };
            let rounds = match workload {
                Workload::FanOut(_) => scale.rounds.div_ceil(3),
                _ => scale.rounds,
            };
            let results = rounds::race(&runtime, entries, workload, messages, rounds);
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
        .map(|result| cell(result, result.median))
        .collect();
    let (what, on) = (workload.name(), flavor.name());
    println!("| {what}, {on} | {} |", cells.join(" | "));
}

fn cell(result: &Result, value: f64) -> String {
    format!(
        "**{:.2}** {:.2} · {value:.0}",
        result.ratio, result.least_ratio
    )
}
