//! How often the service is killed, and what chance begins with.

use std::time::{Duration, SystemTime};

use crate::Failure;

/// What a run is to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often the service is killed at work.
    pub kills: u32,
    /// What every random choice follows from: moments, orders, changes.
    pub seed: u64,
    /// How often the service saves what has changed.
    pub interval: Duration,
    /// The shortest and the longest time from a start to its kill.
    pub gaps: (Duration, Duration),
}

impl Default for Plan {
    fn default() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self {
            kills: 25,
            seed: now.unwrap_or_default().subsec_nanos().into(),
            interval: Duration::from_millis(200),
            gaps: (Duration::from_millis(300), Duration::from_millis(1500)),
        }
    }
}

impl Plan {
    /// Reads `--kills 1000 --seed 7`.
    ///
    /// # Errors
    ///
    /// There is another option, or a value that is no number.
    pub fn parse(line: impl IntoIterator<Item = String>) -> Result<Self, Failure> {
        let (mut plan, mut line) = (Self::default(), line.into_iter());
        while let Some(option) = line.next() {
            let value = line.next().and_then(|value| value.parse::<u64>().ok());
            let value = value.ok_or_else(|| Failure::new(format!("`{option}` needs a number")))?;
            match option.as_str() {
                "--kills" => plan.kills = u32::try_from(value).unwrap_or(u32::MAX),
                "--seed" => plan.seed = value,
                _ => {
                    return Err(Failure::new(format!(
                        "unknown option `{option}`; there are `--kills` and `--seed`"
                    )));
                }
            }
        }
        Ok(plan)
    }
}
