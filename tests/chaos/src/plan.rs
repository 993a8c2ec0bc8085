//! How many rounds, from which seed, on how many threads.

use crate::Failure;

/// What a run is to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many rounds are played.
    pub rounds: u64,
    /// What the first round follows from; the next ones follow from the numbers after it.
    pub seed: u64,
    /// How many threads run the servers. On one, time is paused and a seed replays exactly; on more, time is real and
    /// only what has to hold is the same.
    pub workers: usize,
    /// Whether everything that happens is printed.
    pub story: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            rounds: 80,
            seed: 1,
            workers: 1,
            story: false,
        }
    }
}

impl Plan {
    /// Reads `--rounds 10000 --seed 7 --workers 2 --story`.
    ///
    /// # Errors
    ///
    /// There is another option, or a value that is no number.
    pub fn parse(line: impl IntoIterator<Item = String>) -> Result<Self, Failure> {
        let (mut plan, mut line) = (Self::default(), line.into_iter());
        while let Some(option) = line.next() {
            let mut number = || {
                let value = line.next().and_then(|value| value.parse::<u64>().ok());
                value.ok_or_else(|| Failure::new(format!("`{option}` needs a number")))
            };
            match option.as_str() {
                "--rounds" => plan.rounds = number()?,
                "--seed" => plan.seed = number()?,
                "--workers" => plan.workers = usize::try_from(number()?).unwrap_or(1).max(1),
                "--story" => plan.story = true,
                _ => {
                    return Err(Failure::new(format!(
                        "unknown option `{option}`; there are `--rounds`, `--seed`, `--workers` and `--story`"
                    )));
                }
            }
        }
        Ok(plan)
    }

    /// The command that plays the round of `seed` again.
    pub(crate) fn replay(&self, seed: u64) -> String {
        let workers = self.workers;
        let threads = if workers > 1 {
            format!(" --workers {workers}")
        } else {
            String::new()
        };
        format!("cargo run --release -p chaos-test -- --rounds 1 --seed {seed}{threads} --story")
    }
}
