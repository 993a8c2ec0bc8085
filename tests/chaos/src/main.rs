//! The long form: `cargo run --release -p chaos-test -- --rounds 10000 --seed 7`, and on threads with `--workers 2`.

use std::process::ExitCode;

use chaos_test::{Plan, run};

fn main() -> ExitCode {
    match Plan::parse(std::env::args().skip(1)).and_then(|plan| run(&plan)) {
        Ok(tally) => {
            println!("{tally}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("chaos-test: {failure}");
            ExitCode::FAILURE
        }
    }
}
