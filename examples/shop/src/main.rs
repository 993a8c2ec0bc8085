//! The shop as a program: `cargo run -p shop`.

use std::error::Error;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use shop::args::{Args, ArgsError, USAGE};
use shop::service;
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
    log();
    std::panic::set_hook(Box::new(|panic| {
        // What it says is an event of the server's; where it was is all that is missing there.
        if let Some(place) = panic.location() {
            tracing::warn!("a panic at {place}");
        }
    }));
    match service::run(args).await {
        Ok(report) => {
            if report.exit_code() == 0 {
                println!("{report}");
            }
            report.exit()
        }
        Err(error) => failed(&error, 1),
    }
}

/// Logs to standard error what `RUST_LOG` asks for: by default how orders get on. What happens to servers is told by
/// their events.
fn log() {
    let asked = std::env::var("RUST_LOG").ok();
    let targets = asked.and_then(|asked| asked.parse::<Targets>().ok());
    let targets = targets.unwrap_or_else(|| "shop=info".parse().unwrap_or_default());
    let lines = tracing_subscriber::fmt::layer()
        .without_time()
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(lines)
        .with(targets)
        .init();
}

fn failed(error: &dyn Error, code: u8) -> ExitCode {
    eprintln!("shop: {}", noex::Chain(error));
    ExitCode::from(code)
}
