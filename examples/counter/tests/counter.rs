//! The quick start, run as a user runs it.

use std::path::Path;
use std::process::{Command, Output};

use noex::testing::ScratchDir;

// S2: a second run goes on from the record of the first
#[test]
fn a_second_run_goes_on_from_the_first() {
    let dir = ScratchDir::new().expect("a place for the database");

    let first = run(&dir.path().join("counter.db"));
    let second = run(&dir.path().join("counter.db"));

    assert!(told(&first).starts_with("the total is 0\none more is 1\n"));
    assert!(told(&second).starts_with("the total is 1\none more is 2\n"));
    assert!(told(&second).ends_with("1 server stopped, nothing lost\n"));
}

#[test]
fn a_file_that_is_no_database_ends_in_one_line() {
    let dir = ScratchDir::new().expect("a place for the file");
    let file = dir.path().join("counter.db");
    std::fs::write(&file, "a letter to a friend, long enough to be read as a header of a database file and be none at all: it goes on and on")
        .expect("the file is written");

    let output = run(&file);

    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        told,
        format!("Error: `{}` is not a database\n", file.display())
    );
}

// S4: a start that fails leaves the bytes as they were
#[test]
fn a_damaged_record_ends_in_one_line_with_its_cause() {
    let dir = ScratchDir::new().expect("a place for the database");
    let file = dir.path().join("counter.db");
    run(&file);
    damage(&file);

    for output in [run(&file), run(&file)] {
        assert!(!output.status.success());
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            told,
            "Error: the state under `counter` could not be restored: the record of `counter` cannot be trusted: \
             the record is damaged: its checksum does not match\n"
        );
    }
}

fn damage(database: &Path) {
    let mut bytes = std::fs::read(database).expect("the database is there");
    let state = br#""state":{"total":1}"#;
    let place = bytes.windows(state.len()).position(|part| part == state);
    let digit = place.expect("the state is readable") + state.len() - 2;
    *bytes.get_mut(digit).expect("it is inside") = b'7';
    std::fs::write(database, bytes).expect("the database is written");
}

fn run(database: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_counter"))
        .env("COUNTER_DB", database)
        .output()
        .expect("the program runs")
}

fn told(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
