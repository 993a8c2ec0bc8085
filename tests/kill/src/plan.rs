//! How often the service is killed, and what chance begins with.

use std::str::FromStr;
use std::time::{Duration, SystemTime};

use crate::Failure;

/// What a run is to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Which service is killed.
    pub target: Target,
    /// How often the service is killed at work.
    pub kills: u32,
    /// What every random choice follows from: moments, orders, changes.
    pub seed: u64,
    /// How often the service saves what has changed.
    pub interval: Duration,
    /// The shortest and the longest time from a start to its kill.
    pub gaps: (Duration, Duration),
}

/// A service that can be killed.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// Orders in a database.
    Orders,
    /// Sessions in files.
    Sessions,
}

impl Default for Plan {
    fn default() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self {
            target: Target::Orders,
            kills: 25,
            seed: now.unwrap_or_default().subsec_nanos().into(),
            interval: Duration::from_millis(200),
            gaps: (Duration::from_millis(300), Duration::from_millis(1500)),
        }
    }
}

impl Plan {
    /// Reads `--service sessions --kills 1000 --seed 7`.
    ///
    /// # Errors
    ///
    /// There is another option, or a value that it cannot have.
    pub fn parse(line: impl IntoIterator<Item = String>) -> Result<Self, Failure> {
        let (mut plan, mut line) = (Self::default(), line.into_iter());
        while let Some(option) = line.next() {
            let value = line.next().unwrap_or_default();
            let number = || {
                let number = value.parse::<u64>();
                number.map_err(|_| Failure::new(format!("`{option}` needs a number")))
            };
            match option.as_str() {
                "--service" => plan.target = value.parse()?,
                "--kills" => plan.kills = u32::try_from(number()?).unwrap_or(u32::MAX),
                "--seed" => plan.seed = number()?,
                _ => {
                    return Err(Failure::new(format!(
                        "unknown option `{option}`; there are `--service`, `--kills` and `--seed`"
                    )));
                }
            }
        }
        Ok(plan)
    }
}

impl FromStr for Target {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        match name {
            "orders" => Ok(Self::Orders),
            "sessions" => Ok(Self::Sessions),
            _ => Err(Failure::new(format!(
                "there is no service `{name}`, but `orders` and `sessions`"
            ))),
        }
    }
}
