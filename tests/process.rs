//! This test program once more, as a process of its own, in the role of a test that only other tests run.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

const PATH: &str = "NOEX_TEST_PATH";

/// The program, to be run as this test on the store at this path.
pub(crate) fn role(program: Command, test: &str, path: &Path) -> Command {
    let mut command = program;
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command
        .env(PATH, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

pub(crate) fn this_program() -> Command {
    Command::new(env::current_exe().expect("this program is a file"))
}

/// The path the test was given.
pub(crate) fn path() -> PathBuf {
    env::var_os(PATH)
        .expect("this test is run by another one")
        .into()
}

/// Starts a process in its role, and waits until it says that it holds the store.
pub(crate) fn holding(test: &str, path: &Path) -> Child {
    let mut child = role(this_program(), test, path).spawn().expect("it starts");
    let output = BufReader::new(child.stdout.as_mut().expect("it is piped"));
    let held = output
        .lines()
        .map_while(Result::ok)
        .any(|line| line.contains("held"));
    assert!(held, "the second process could not open the store");
    child
}

/// What a process without privileges says; root, which may do everything, becomes nobody for it.
pub(crate) fn unprivileged(test: &str, path: &Path) -> String {
    let mut command = role(this_program(), test, path);
    if is_root() {
        command.uid(65534);
    }
    let output = command.output().expect("it starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}
