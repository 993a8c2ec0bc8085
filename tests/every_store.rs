//! The promises do not depend on the store: the tests of this program, run once more on each of the others.

use std::env;
use std::process::Command;

use crate::any_store::CHOICE;

/// What chooses its stores itself.
const OF_ONE_STORE: [&str; 5] = [
    "every_store::",
    "files::",
    "recipes::",
    "sqlite::",
    "store::",
];

fn run_on(store: &str) {
    if env::var(CHOICE).is_ok() {
        return;
    }
    let program = env::current_exe().expect("this program is a file");
    let output = Command::new(program)
        .args(OF_ONE_STORE.iter().flat_map(|tests| ["--skip", tests]))
        .env(CHOICE, store)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "on {store}:\n{said}");
    assert!(said.contains("test result: ok"), "on {store}:\n{said}");
}

// A2: every promise that is tested here holds on SQLite
#[test]
fn the_promises_hold_on_sqlite() {
    run_on("sqlite");
}

// A2: and in files
#[test]
fn the_promises_hold_in_files() {
    run_on("files");
}
