//! What an idle server weighs: the growth of a fresh process in which many were started and asked once.

use std::process::Command;

use tokio::runtime::{Builder, Runtime};

use crate::contender::Contender;

/// Started before the first look, so that what is shared is not counted.
const SHARED: u32 = 1_000;

/// How many bytes each of `servers` idle servers takes in a process of its own; `library` names them there.
pub(crate) fn measured_apart(library: &str, servers: u32) -> u64 {
    printed_apart(&["--memory", library, &servers.to_string()])
}

/// The number that these benches print in a process of its own.
pub(crate) fn printed_apart(arguments: &[&str]) -> u64 {
    let itself = std::env::current_exe().expect("the benches have a path");
    let output = Command::new(itself)
        .args(arguments)
        .output()
        .expect("the benches start once more");
    let printed = String::from_utf8_lossy(&output.stdout);
    match printed.trim().parse() {
        Ok(bytes) if output.status.success() => bytes,
        _ => panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// How many bytes this process grows by with each of `servers` idle servers.
pub(crate) fn measured_here<C: Contender>(servers: u32) -> u64 {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime: Runtime = runtime.expect("the runtime starts");
    runtime.block_on(async {
        let contender = C::open();
        let shared = idle(&contender, SHARED).await;
        let before = resident();
        let started = idle(&contender, servers).await;
        let grown = resident().saturating_sub(before);
        drop((shared, started));
        grown / u64::from(servers)
    })
}

async fn idle<C: Contender>(contender: &C, servers: u32) -> Vec<C::Server> {
    let mut started = Vec::with_capacity(servers as usize);
    for _ in 0..servers {
        let server = contender.start().await;
        assert_eq!(C::add(&server, 1).await, 1);
        started.push(server);
    }
    started
}

/// The bytes of this process that lie in memory.
pub(crate) fn resident() -> u64 {
    const PAGE: u64 = 4096;
    let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages = statm
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse().ok());
    let pages: u64 = pages.expect("the second number is the resident pages");
    pages * PAGE
}
