//! The long form: `cargo run -p kill-test -- --service sessions --kills 1000 --seed 7`.

use std::process::ExitCode;

use kill_test::{Plan, run};

fn main() -> ExitCode {
    match Plan::parse(std::env::args().skip(1)).and_then(|plan| run(&plan)) {
        Ok(tally) => {
            println!("{tally}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("kill-test: {failure}");
            ExitCode::FAILURE
        }
    }
}
