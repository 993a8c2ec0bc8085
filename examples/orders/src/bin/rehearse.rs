//! Whether today's orders can be loaded from a database, before they are deployed: `cargo run -p orders --bin rehearse`.

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use noex::Chain;
use noex::prelude::*;
use noex::records::{Progress, Report, migrate_all, verify};
use orders::order::Order;
use orders::rehearsal::{Rehearsal, RehearsalError, USAGE};

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Rehearsal::parse(std::env::args().skip(1)) {
        Ok(rehearsal) => run(&rehearsal).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(report) => {
            println!("{report}");
            if report.is_sound() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(RehearsalError::Help) => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("rehearse: {}", Chain(&error));
            ExitCode::from(2)
        }
    }
}

async fn run(rehearsal: &Rehearsal) -> Result<Report, RehearsalError> {
    let store = SqliteAdapter::open(rehearsal.database()?)?;
    let pass = if rehearsal.migrates {
        migrate_all::<Order>(&store)
    } else {
        verify::<Order>(&store)
    };
    let bar = bar();
    let report = pass
        .prefix("orders:")
        .rate(rehearsal.rate)
        .check(Order::check)
        .on_progress(|progress| show(&bar, progress))
        .await?;
    bar.finish_and_clear();
    store.close().await?;
    Ok(report)
}

/// On standard error, and only where that is a terminal.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} records, {eta} left {msg}");
    let bar = ProgressBar::new(0);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn show(bar: &ProgressBar, progress: &Progress) {
    bar.set_length(progress.total);
    bar.set_position(progress.done);
    if progress.failed > 0 {
        bar.set_message(format!("({} failed)", progress.failed));
    }
}
