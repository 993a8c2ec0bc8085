//! A configuration that is refused, with all that is wrong with it.

use std::fmt;

use super::fault::Fault;
use super::origin::Origin;

/// A configuration is refused; every mistake is listed, one a line.
///
/// ```
/// use noex::config::ServerConfig;
///
/// let text = "mailbox = 0\nidle_timout = \"10m\"\n[persist]\nmax_age = \"5 minutes\"";
/// let refused = toml::from_str::<ServerConfig>(text).expect_err("it has mistakes");
/// assert_eq!(
///     refused.message(),
///     "\
/// 3 mistakes in the configuration:
///   idle_timout: unknown option, a similar one exists: `idle_timeout`
///   mailbox: `mailbox` cannot be zero
///   persist.max_age: `5 minutes` is not a duration: write a number and a unit (ms, s, m, h, d or w), as in \"5m\", or \"off\""
/// );
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConfigError {
    /// What is wrong; never empty. Those of a file come first, by their paths.
    pub mistakes: Vec<Mistake>,
}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{origin}: {fault}")]
#[non_exhaustive]
pub struct Mistake {
    /// Where it is.
    pub origin: Origin,
    /// What it is.
    pub fault: Fault,
}

impl ConfigError {
    /// Refuses what has mistakes.
    pub(crate) fn unless_empty(mut mistakes: Vec<Mistake>) -> Result<(), Self> {
        if mistakes.is_empty() {
            return Ok(());
        }
        mistakes.sort_by(|one, other| one.origin.place().cmp(&other.origin.place()));
        Err(Self { mistakes })
    }
}

impl Mistake {
    pub(crate) fn new(origin: Origin, fault: impl Into<Fault>) -> Self {
        let fault = fault.into();
        Self { origin, fault }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [mistake] = self.mistakes.as_slice() {
            return write!(f, "{mistake}");
        }
        write!(f, "{} mistakes in the configuration:", self.mistakes.len())?;
        for mistake in &self.mistakes {
            write!(f, "\n  {mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
