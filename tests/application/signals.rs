//! Real signals to a program in a process of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use noex::prelude::*;
use noex::testing::ScratchDir;

use super::till::stored;
use crate::process::{role, this_program};

/// A program that runs.
struct Running {
    process: Process,
    output: BufReader<ChildStdout>,
}

/// A process that ends with its test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended in a test that passes.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// How a program has ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    signal: Option<i32>,
    told: String,
}

/// Starts the program of this name.
fn start(name: &str, dir: &Path) -> Running {
    let test = format!("application::program::{name}");
    let mut process = role(this_program(), &test, dir)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let output = BufReader::new(process.stdout.take().expect("it is piped"));
    Running {
        process: Process(process),
        output,
    }
}

impl Running {
    /// Waits until it says this.
    fn says(&mut self, what: &str) {
        let mut lines = self.output.by_ref().lines().map_while(Result::ok);
        assert!(lines.any(|line| line == what), "it did not say `{what}`");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.0.id().to_string();
        let sent = Command::new("kill").args([signal, &process]).status();
        assert!(sent.expect("`kill` runs").success());
    }

    fn ended(mut self) -> Ended {
        let (mut rest, mut told) = (String::new(), String::new());
        self.output.read_to_string(&mut rest).expect("it is text");
        let mut errors = self.process.0.stderr.take().expect("it is piped");
        errors.read_to_string(&mut told).expect("it is text");
        let status = self.process.0.wait().expect("it ends");
        Ended {
            code: status.code(),
            signal: status.signal(),
            told,
        }
    }
}

fn scratch() -> ScratchDir {
    ScratchDir::new().expect("a directory")
}

/// What is left of the program's till.
async fn left(dir: &ScratchDir) -> u32 {
    stored(FileAdapter::open(dir.path()).expect("it opens"), "till").await
}

// R3: SIGINT and SIGTERM stop a program, which saves and ends with 0, and says nothing
#[tokio::test]
async fn a_signal_saves_and_ends_with_0() {
    for signal in ["-INT", "-TERM"] {
        let dir = scratch();
        let mut program = start("waits", dir.path());
        program.says("up");

        program.signal(signal);

        let ended = program.ended();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert_eq!(ended.told, "");
        assert_eq!(left(&dir).await, 7);
    }
}

// R3: what was not saved is named on standard error, and the exit code says so
#[test]
fn what_was_not_saved_is_told() {
    let dir = scratch();
    let mut program = start("cannot_save", dir.path());
    program.says("up");

    program.signal("-TERM");

    let ended = program.ended();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let begin = "\
ended by SIGTERM
1 of 1 servers did not stop as they should have
  Till `till` stopped, but its state was not saved: ";
    assert!(ended.told.starts_with(begin), "{}", ended.told);
}

// R3: a second signal ends a program at once whose handler hangs; its record is whole
#[tokio::test]
async fn a_second_signal_does_not_wait_for_a_handler_that_hangs() {
    for second in ["-INT", "-TERM"] {
        let dir = scratch();
        let mut program = start("hangs", dir.path());
        program.says("up");
        program.signal("-TERM");
        program.says("stopping");

        program.signal(second);

        let ended = program.ended();
        assert_eq!(ended.code, Some(130), "{ended:?}");
        let last = " once more: ended at once, without saving\n";
        assert!(ended.told.ends_with(last), "{}", ended.told);
        assert_eq!(left(&dir).await, 7);
    }
}

// R3: a second signal ends a program at once whose only thread is blocked; its record is whole
#[tokio::test]
async fn a_second_signal_does_not_wait_for_a_thread_that_is_blocked() {
    let dir = scratch();
    let mut program = start("blocks_its_only_thread", dir.path());
    program.says("up");
    program.says("blocks");

    // Two of one kind may come as one.
    program.signal("-TERM");
    program.signal("-INT");

    let ended = program.ended();
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert_eq!(left(&dir).await, 7);
}

// R3, T6: a handler that blocks its thread for ever is killed and named, and the program ends all the same
#[tokio::test]
async fn a_blocked_thread_does_not_keep_the_program_up() {
    let dir = scratch();
    let mut program = start("blocks_one_thread", dir.path());
    program.says("blocks");

    program.signal("-TERM");

    let ended = program.ended();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let killed = "\n  Till `till` was killed: it did not stop within ";
    assert!(ended.told.contains(killed), "{}", ended.told);
    assert_eq!(left(&dir).await, 7);
}

// R3: a program that does not start stops what was started, says why, and ends with 1
#[tokio::test]
async fn a_failed_start_ends_with_1() {
    let dir = scratch();

    let ended = start("does_not_start", dir.path()).ended();

    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(
        ended.told,
        "\
not started: the supervisor `stuck` could not start its child `stuck`: `on_start` of Till `stuck` failed: \
the drawer is stuck
1 server stopped, nothing lost
"
    );
    assert_eq!(left(&dir).await, 0);
}

// R3: a signal while a program starts stops what was started, and ends it with 130
#[tokio::test]
async fn a_signal_while_it_starts_ends_with_130() {
    let dir = scratch();
    let mut program = start("starts_until_a_signal", dir.path());
    program.says("up");

    program.signal("-TERM");

    let ended = program.ended();
    assert_eq!(ended.code, Some(130), "{ended:?}");
    let told = "ended by SIGTERM before it was started\n2 servers stopped, nothing lost\n";
    assert_eq!(ended.told, told);
    assert_eq!(left(&dir).await, 0);
}

// R3: a start that hangs is killed and named, in the time the end may take
#[tokio::test]
async fn a_signal_while_a_start_hangs_ends_with_2() {
    let dir = scratch();
    let mut program = start("starts_for_ever", dir.path());
    program.says("up");

    program.signal("-TERM");

    let ended = program.ended();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let killed = "\n  Till `stuck` was killed: it did not stop within ";
    assert!(ended.told.contains(killed), "{}", ended.told);
    assert_eq!(left(&dir).await, 0);
}

#[tokio::test]
async fn a_hangup_is_heard_where_it_was_asked_for() {
    let dir = scratch();
    let mut program = start("hears_of_a_hangup", dir.path());
    program.says("up");

    for hangup in ["hangup 1", "hangup 2"] {
        program.signal("-HUP");
        program.says(hangup);
    }
    program.signal("-TERM");

    assert_eq!(program.ended().code, Some(0), "and it went on until then");
    assert_eq!(left(&dir).await, 7);
}

#[test]
fn a_hangup_ends_a_program_that_has_not_asked_for_it() {
    let dir = scratch();
    let mut program = start("waits", dir.path());
    program.says("up");

    program.signal("-HUP");

    let ended = program.ended();
    assert_eq!((ended.code, ended.signal), (None, Some(1)), "{ended:?}");
}

#[test]
fn a_signal_after_the_end_of_the_application_ends_the_program() {
    let dir = scratch();
    let mut program = start("goes_on_after_its_end", dir.path());
    program.says("up");

    program.signal("-TERM");

    assert_eq!(program.ended().code, Some(130));
}

// R3: the first signal to a program that is stopping already cuts nothing short, the second does
#[test]
fn a_first_signal_does_not_cut_a_stop_short() {
    let dir = scratch();
    let mut program = start("is_stopped_before_a_signal", dir.path());
    program.says("up");
    program.signal("-TERM");
    assert_eq!(program.process.0.try_wait().expect("it is ours"), None);

    program.signal("-INT");

    assert_eq!(program.ended().code, Some(130));
}
