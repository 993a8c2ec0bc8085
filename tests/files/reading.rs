//! What other programs see of a store.

use std::fs;
use std::path::Path;
use std::process::Command;

use noex::prelude::*;
use noex::store::{Durability, Ownership};
use noex::testing::ScratchDir;

use super::{key, open};
use crate::counter::{spec, system};

/// What `jq` says of a file; none, and said so, if there is no `jq` here.
fn jq(filter: &str, path: &Path) -> Option<String> {
    let Ok(output) = Command::new("jq").args(["-c", filter]).arg(path).output() else {
        println!("skipped: there is no jq");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).expect("it is text");
    Some(said.trim_end().to_owned())
}

// A7: state is inspectable with `jq` on a file that is named for its key, while the store is in use
#[tokio::test]
async fn jq_reads_a_state_while_its_server_runs() {
    let dir = ScratchDir::new().expect("a directory");
    let system = system(open(dir.path()));
    for name in ["orders:17", "K", &"k".repeat(500)] {
        let counter = system.start(spec(name)).await.expect("it starts");
        counter.add(5).await.expect("it runs");
        counter.checkpoint().await.expect("it is saved");
    }
    let path = dir.path().join("orders%3a17.json");
    let Some(state) = jq(".state", &path) else {
        return;
    };
    assert_eq!(state, r#"{"total":5}"#);
    let told = jq("[.key, .kind]", &path);
    assert_eq!(told.as_deref(), Some(r#"["orders:17","Counter"]"#));
    assert!(dir.path().join("%4b.json").exists());
    let mut entries = fs::read_dir(dir.path()).expect("it is a directory");
    let long = entries.find_map(|entry| {
        let path = entry.expect("it can be read").path();
        path.to_string_lossy().contains("kkk").then_some(path)
    });
    let total = jq(".state.total", &long.expect("it is there"));
    assert_eq!(total.as_deref(), Some("5"));
    system.shutdown().await.expect("everything is saved");
}

// A7: the file holds the record and nothing else, byte for byte
#[tokio::test]
async fn a_file_is_the_record() {
    let dir = ScratchDir::new().expect("a directory");
    let store = open(dir.path());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    counter.checkpoint().await.expect("it is saved");
    let loaded = store.load(&key("a")).await.expect("loading works");
    let file = fs::read(dir.path().join("a.json")).expect("it is there");
    assert_eq!(loaded.expect("it is stored").record.bytes, file);
    system.shutdown().await.expect("everything is saved");
}

// A2: a store says what it promises, and on what grounds
#[test]
fn a_store_says_what_it_promises() {
    let dir = ScratchDir::new().expect("a directory");
    let abilities = open(dir.path()).abilities();
    assert_eq!(abilities.durability, Durability::Disk);
    assert_eq!(abilities.ownership, Ownership::Process);
    let name = dir.path().file_name().expect("it has one");
    let evidence = abilities.evidence;
    assert!(evidence.contains(&*name.to_string_lossy()), "{evidence}");
}
