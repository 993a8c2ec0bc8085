//! Options from files and from code: which value holds, what is refused, and how that is told.

mod check;
mod file;
mod precedence;
mod refused;

use noex::config::{ServerConfig, ServerConfigs};
use noex::prelude::*;
use serde::Deserialize;

/// A program's own settings, with a part for noex.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[expect(dead_code, reason = "stands for what else is in a file")]
    listen: std::net::SocketAddr,
    #[serde(default)]
    servers: ServerConfigs,
}

/// What a ledger can be asked.
#[derive(Protocol)]
enum LedgerMsg {
    /// How much is in it.
    #[call(u64)]
    Total,
}

/// A server that declares much.
#[derive(GenServer, Default)]
#[genserver(protocol = LedgerMsg, mailbox = 8, idle_timeout = "10m")]
#[persist(
    interval = "30s",
    max_age = "7d",
    cleanup_interval = "1h",
    key = "shop/{name}",
    snapshot = "clone"
)]
struct Ledger {
    total: u64,
}

#[handlers(LedgerMsg)]
impl Ledger {
    fn total(&self) -> u64 {
        self.total
    }
}

/// A server that is not stored.
#[derive(GenServer, Default)]
#[genserver(protocol = LedgerMsg)]
struct Board {
    total: u64,
}

#[handlers(LedgerMsg)]
impl Board {
    fn total(&self) -> u64 {
        self.total
    }
}

/// The part for noex of a TOML file.
fn servers(sections: &str) -> ServerConfigs {
    let text = format!("listen = \"127.0.0.1:80\"\n{sections}");
    let settings: Settings = toml::from_str(&text).expect("sound TOML");
    settings.servers
}

/// The section `ledger` of a TOML file.
fn ledger(section: &str) -> ServerConfig {
    servers(&format!("[servers.ledger]\n{section}")).of("ledger")
}

/// What is wrong with a TOML file, line by line.
fn wrong(sections: &str) -> Vec<String> {
    let servers = servers(sections);
    let check = servers.check().server::<Ledger>("ledger");
    let refused = check.server::<Board>("board").done();
    let mistakes = refused.map_or_else(|error| error.mistakes, |()| Vec::new());
    mistakes.iter().map(ToString::to_string).collect()
}
