//! Reads what the compiler is expected to say of every wrong program, and holds it against the rules for messages.
//!
//! The rules stand in `messages/rules.rs`. Whether the compiler says what is written down is the business of `ui`.

#[path = "messages/rules.rs"]
mod rules;

use std::path::{Path, PathBuf};

use rules::{Program, faults};

#[test]
fn every_message_keeps_the_rules() {
    let found: Vec<String> = programs().iter().flat_map(|path| check(path)).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_program_has_its_messages() {
    let (programs, messages) = (files("rs"), files("stderr"));
    for program in &programs {
        assert!(
            messages.contains(&program.with_extension("stderr")),
            "{}",
            program.display()
        );
    }
    for message in &messages {
        assert!(
            programs.contains(&message.with_extension("rs")),
            "{}",
            message.display()
        );
    }
    assert!(
        programs.len() > 200,
        "only {} programs were found",
        programs.len()
    );
}

fn check(path: &Path) -> Vec<String> {
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let (source, said) = (read(path), read(&path.with_extension("stderr")));
    let program = Program {
        source: &source,
        said: &said,
        may_have_many: path
            .parent()
            .is_some_and(|folder| folder.ends_with("together")),
    };
    let faults = faults(&program).into_iter();
    faults
        .map(|fault| format!("{}: {fault}", path.display()))
        .collect()
}

fn programs() -> Vec<PathBuf> {
    files("rs")
}

/// The files with this extension in the folders of `fail`.
fn files(extension: &str) -> Vec<PathBuf> {
    let areas = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fail"));
    let files = areas.iter().flat_map(|area| entries(area));
    files
        .filter(|file| file.extension().is_some_and(|found| found == extension))
        .collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    entries
        .map(|entry| entry.expect("its entries can be read").path())
        .collect()
}
