//! The session service as a program: `cargo run -p sessions`.
//!
//! It prints how to use it when it starts; in short:
//!
//! ```sh
//! curl -s localhost:8080/sessions --json '{"email":"ada@example.org","password":"analytical engine"}'
//! token=..  # the one it answers
//! curl -s localhost:8080/session -H "authorization: Bearer $token"
//! curl -s localhost:8080/session/preferences -H "authorization: Bearer $token" --json '{"theme":"dark"}'
//! curl -s localhost:8080/session/touch -H "authorization: Bearer $token" -X POST
//! curl -s localhost:8080/session -H "authorization: Bearer $token" -X DELETE
//! ```
//!
//! A session is gone after 30 minutes without a request, is saved every minute, and survives `kill -9` and restarts.
//! What a public service needs besides is in front of this one: TLS, and a limit on how often somebody may guess.

use std::error::Error;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use sessions::args::{Args, ArgsError, USAGE};
use sessions::service;
use sessions::settings::Settings;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(ArgsError::Help) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => return failed(&error, 2),
    };
    let settings = match Settings::of(args) {
        Ok(settings) => settings,
        Err(error) => return failed(&error, 2),
    };
    log();
    match service::run(settings).await {
        Ok(report) => {
            if report.exit_code() == 0 {
                println!("{report}");
            }
            report.exit()
        }
        Err(error) => failed(&error, 1),
    }
}

/// Logs to standard error what `RUST_LOG` asks for: by default what is restored and saved, too.
fn log() {
    let asked = std::env::var("RUST_LOG").ok();
    let targets = asked.and_then(|asked| asked.parse::<Targets>().ok());
    let targets = targets.unwrap_or_else(|| "info,noex=debug".parse().unwrap_or_default());
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(lines)
        .with(targets)
        .init();
}

fn failed(error: &dyn Error, code: u8) -> ExitCode {
    eprintln!("sessions: {}", noex::Chain(error));
    ExitCode::from(code)
}
