//! What is asked of the operating system, in which order, and what becomes of a write when the disk fails, seen from
//! outside the process.
//!
//! These tests need `strace`; where it cannot be run they say so and check nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use noex::testing::ScratchDir;

use super::second_process::{WRITES, WRITES_ONE_BY_ONE};
use super::{load, open};
use crate::process::{role, this_program};

// Faults are counted for each thread: a write is two syncs, of its file and of the directory, and one rename.
const CALLS: &str = "trace=openat,write,fsync,fdatasync,rename,renameat,renameat2,unlink";

/// What a process said that wrote one record after the other, and what it asked of the system.
struct Run {
    said: String,
    asked: String,
}

impl Run {
    /// Runs the process with these faults; none if there is no `strace` here.
    fn new(dir: &Path, fault: Option<&str>) -> Option<Self> {
        let (path, log) = (dir.join("records"), dir.join("strace"));
        let mut strace = Command::new("strace");
        strace.args(["-f", "-y", "-e", CALLS, "-o"]).arg(&log);
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

    /// What was asked between the beginning and the end of a write, of the files of the store.
    fn during(&self, number: usize) -> Vec<&str> {
        let (begin, end) = (format!("\"begin {number}\\n"), format!("\"end {number}: "));
        let from = self
            .asked
            .lines()
            .skip_while(move |line| !line.contains(&begin));
        from.take_while(move |line| !line.contains(&end))
            .filter(|line| line.contains("/records"))
            .collect()
    }

    /// The lines of the log with what strace let fail.
    fn injected(&self) -> impl Iterator<Item = &str> {
        let lines = self.asked.lines();
        lines.filter(|line| line.contains("INJECTED"))
    }
}

async fn assert_every_saved_one_is_there(dir: &Path, ends: &[&str]) {
    let store = open(&dir.join("records"));
    for (number, _) in ends.iter().enumerate().filter(|(_, end)| **end == "saved") {
        let found = load(&store, &format!("k{number}")).await;
        let found = found.expect("loading works");
        assert_eq!(found.as_deref(), Some("v"), "write {number} was lost");
    }
}

// A2: temp file, fsync, rename, fsync of the directory, and only then the acknowledgement
#[test]
fn a_write_is_on_the_disk_before_it_returns() {
    let dir = ScratchDir::new().expect("a directory");
    let Some(run) = Run::new(dir.path(), None) else {
        return;
    };
    assert_eq!(run.ends(), ["saved"; WRITES]);
    for number in 0..WRITES {
        let during = run.during(number);
        let mut asked = during.iter().filter(|line| !line.contains("ENOENT"));
        let name = format!("/k{number}.json\"");
        let steps: [&[&str]; 5] = [
            &["openat(", "/.noex-", "O_CREAT|O_EXCL", "0600"],
            &["write(", "/.noex-"],
            &["fsync(", "/.noex-", "= 0"],
            &["rename", "/.noex-", &name, "= 0"],
            &["fsync(", "/records>", "= 0"],
        ];
        for step in steps {
            let found = asked.any(|line| step.iter().all(|part| line.contains(part)));
            let log = during.join("\n");
            assert!(found, "{step:?} of write {number} is not in\n{log}");
        }
        assert_eq!(asked.next(), None, "write {number}");
    }
}

// A2, A3: a call that fails once, be it any that a write makes, fails that write alone, which is told
#[tokio::test]
async fn an_error_of_the_system_is_told_and_loses_nothing() {
    let faults = [("fsync:error=EIO", 6..=9), ("rename:error=EIO", 2..=3)];
    for (fault, places) in faults {
        for nth in places {
            let dir = ScratchDir::new().expect("a directory");
            let Some(run) = Run::new(dir.path(), Some(&format!("{fault}:when={nth}"))) else {
                return;
            };
            let ends = run.ends();
            let failed = ends.iter().filter(|end| **end != "saved").count();
            assert_eq!(ends.len(), WRITES, "{fault} {nth}: {}", run.said);
            assert_eq!(run.injected().count(), 1, "{}", run.asked);
            assert_eq!(failed, 1, "{fault} {nth}: {ends:?}");
            assert_every_saved_one_is_there(dir.path(), &ends).await;
        }
    }
}

// A2: after an fsync error that file is never trusted again: it is removed, and gets nobody's name
#[test]
fn a_file_that_failed_to_sync_is_thrown_away() {
    let dir = ScratchDir::new().expect("a directory");
    let Some(run) = Run::new(dir.path(), Some("fsync:error=EIO:when=7+")) else {
        return;
    };
    let failed: Vec<&str> = run
        .injected()
        .filter_map(|line| line.split_once("/.noex-")?.1.split_once('>'))
        .map(|(name, _)| name)
        .collect();
    assert!(!failed.is_empty(), "{}", run.asked);
    for name in failed {
        let file = format!("/.noex-{name}\"");
        let of_it: Vec<&str> = run
            .asked
            .lines()
            .filter(|line| line.contains(&file))
            .collect();
        assert!(
            of_it.iter().any(|line| line.contains("unlink(")),
            "{of_it:?}"
        );
        assert!(
            !of_it.iter().any(|line| line.contains("rename")),
            "{of_it:?}"
        );
    }
}

// A2: if the directory goes on failing to sync, further writes are refused
#[tokio::test]
async fn while_syncs_go_on_failing_writes_are_refused() {
    let dir = ScratchDir::new().expect("a directory");
    let Some(run) = Run::new(dir.path(), Some("fsync:error=EIO:when=8+")) else {
        return;
    };
    let ends = run.ends();
    assert_eq!(ends.len(), WRITES, "{}", run.said);
    let mut failed = ends.iter().skip_while(|end| **end == "saved");
    let first = failed.next().expect("a write failed");
    assert!(first.starts_with("it is not known"), "{ends:?}");
    assert!(
        failed.all(|end| end.contains("no longer trusted")),
        "{ends:?}"
    );
    assert_every_saved_one_is_there(dir.path(), &ends).await;
}
