//! The program under test, built by the same cargo that runs this.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Failure;

/// Builds a program of the workspace, unless it is built already, and says where it is.
///
/// `cargo test` knows only the programs of the package under test; the build's messages name the others.
pub(crate) fn build(name: &str) -> Result<PathBuf, Failure> {
    let output = Command::new(env!("CARGO"))
        .args([
            "build",
            "--package",
            name,
            "--bin",
            name,
            "--message-format",
            "json",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{name}` cannot be built")));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut paths = messages.lines().filter_map(executable);
    paths
        .next_back()
        .ok_or_else(|| Failure::new(format!("cargo built `{name}`, and does not say where")))
}

fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    message.get("executable")?.as_str().map(PathBuf::from)
}
