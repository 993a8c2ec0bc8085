//! What is asked of the disk, and what becomes of a write when the disk fails, seen from outside the process.
//!
//! These tests need `strace`; where it cannot be run they say so and check nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use noex::testing::ScratchDir;

use super::second_process::{WRITES, WRITES_ONE_BY_ONE};
use super::{load, open};
use crate::process::{role, this_program};

/// After all that opening syncs, and before the last of the writes.
const ONCE: &str = "fsync:error=EIO:when=12";
const FOR_GOOD: &str = "fsync:error=EIO:when=12+";

/// What a process said that wrote one record after the other, and what it asked of the system.
struct Run {
    said: String,
    asked: String,
}

impl Run {
    /// Runs the process with these faults; none if there is no `strace` here.
    fn new(dir: &Path, fault: Option<&str>) -> Option<Self> {
        let (path, log) = (dir.join("store.db"), dir.join("strace"));
        let mut strace = Command::new("strace");
        strace
            .args(["-f", "-y", "-e", "trace=fsync,fdatasync,write", "-o"])
            .arg(&log);
        if let Some(fault) = fault {
            strace.args(["-e", &format!("inject={fault}")]);
        }
        strace.arg(this_program().get_program());
        let Ok(output) = role(strace, WRITES_ONE_BY_ONE, &path).output() else {
            println!("skipped: there is no strace");
            return None;
        };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let asked = fs::read_to_string(log).unwrap_or_default();
        if asked.is_empty() {
            println!("skipped: strace may not trace");
            return None;
        }
        Some(Self { said, asked })
    }

    /// How each write ended.
    fn ends(&self) -> Vec<&str> {
        let ends = self
            .said
            .lines()
            .filter_map(|line| line.strip_prefix("end "));
        ends.filter_map(|end| Some(end.split_once(": ")?.1))
            .collect()
    }

    /// The lines of the log between the beginning and the end of a write.
    fn during(&self, number: usize) -> impl Iterator<Item = &str> {
        let (begin, end) = (format!("\"begin {number}\\n"), format!("\"end {number}: "));
        let from = self
            .asked
            .lines()
            .skip_while(move |line| !line.contains(&begin));
        from.take_while(move |line| !line.contains(&end))
    }
}

async fn assert_every_saved_one_is_there(dir: &Path, ends: &[&str]) {
    let store = open(&dir.join("store.db"));
    for (number, _) in ends.iter().enumerate().filter(|(_, end)| **end == "saved") {
        let found = load(&store, &format!("k{number}"))
            .await
            .expect("loading works");
        assert_eq!(found.as_deref(), Some("v"), "write {number} was lost");
    }
}

// A2: a write that returned is on the disk
#[test]
fn the_log_is_synced_before_a_write_returns() {
    let dir = ScratchDir::new().expect("a directory");
    let Some(run) = Run::new(dir.path(), None) else {
        return;
    };
    assert_eq!(run.ends(), ["saved"; WRITES]);
    for number in 0..WRITES {
        let synced =
            |line: &str| line.contains("sync(") && line.contains("-wal") && line.ends_with("= 0");
        assert!(
            run.during(number).any(synced),
            "write {number}:\n{}",
            run.asked
        );
    }
}

// A2: after an fsync error that file descriptor is never trusted again
#[tokio::test]
async fn after_a_failed_sync_the_database_is_opened_anew() {
    let dir = ScratchDir::new().expect("a directory");
    let Some(run) = Run::new(dir.path(), Some(ONCE)) else {
        return;
    };
    let ends = run.ends();
    let failed: Vec<&&str> = ends.iter().filter(|end| **end != "saved").collect();
    assert_eq!(ends.len(), WRITES, "{}", run.said);
    assert!(
        matches!(failed.as_slice(), [end] if end.starts_with("it is not known")),
        "{failed:?}"
    );
    let after = run
        .asked
        .lines()
        .skip_while(|line| !line.contains("INJECTED"));
    let anew = after.skip(1).take_while(|line| !line.contains("end "));
    assert!(
        anew.filter(|line| line.contains("store.db>")).count() >= 1,
        "{}",
        run.asked
    );
    assert_every_saved_one_is_there(dir.path(), &ends).await;
}

// A2: if that fails, too, further writes are refused
#[tokio::test]
async fn while_syncs_go_on_failing_writes_are_refused() {
    let dir = ScratchDir::new().expect("a directory");
    let Some(run) = Run::new(dir.path(), Some(FOR_GOOD)) else {
        return;
    };
    let ends = run.ends();
    let mut failed = ends.iter().skip_while(|end| **end == "saved");
    assert_eq!(ends.len(), WRITES, "{}", run.said);
    assert!(
        failed
            .next()
            .is_some_and(|end| end.starts_with("it is not known")),
        "{ends:?}"
    );
    assert!(
        failed.all(|end| end.contains("no longer trusted")),
        "{ends:?}"
    );
    assert_every_saved_one_is_there(dir.path(), &ends).await;
}

// A2: a disk that fails while the database is made ready fails the opening
#[test]
fn no_sync_that_fails_at_the_opening_goes_unseen() {
    for nth in [1, 3, 4] {
        let dir = ScratchDir::new().expect("a directory");
        let fault = format!("fsync:error=EIO:when={nth}");
        let Some(run) = Run::new(dir.path(), Some(&fault)) else {
            return;
        };
        assert_eq!(run.ends(), [""; 0], "sync {nth}: {}", run.said);
    }
}
