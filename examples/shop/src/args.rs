//! What the program is told on its command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How the program is used.
pub const USAGE: &str = "\
usage: shop [--listen 127.0.0.1:8080] [--data ./data/shop] [--seed 7] [--pace 1s]

  --listen  the address to listen on; port 0 takes a free one
  --data    the directory of the records, made if it is missing
  --seed    a number from which follows at which charges the card terminal fails
  --pace    how long a courier takes from one corner to the next; there are five";

/// The options of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the records are.
    pub data: PathBuf,
    /// What the failures of the terminal follow from.
    pub seed: u64,
    /// How long a courier takes from one corner to the next.
    pub pace: Duration,
}

/// A command line that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgsError {
    /// The usage was asked for.
    #[error("{USAGE}")]
    Help,
    /// There is no such option.
    #[error("unknown option `{0}`; `shop --help` lists them")]
    Unknown(String),
    /// An option came without its value.
    #[error("`{0}` needs a value")]
    NoValue(String),
    /// An option has a value it cannot have.
    #[error("`{value}` is no value of `{option}`: {reason}")]
    Value {
        /// The option.
        option: String,
        /// Its value.
        value: String,
        /// Why not.
        reason: String,
    },
}

impl Default for Args {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: "./data/shop".into(),
            seed: 7,
            pace: Duration::from_secs(1),
        }
    }
}

impl Args {
    /// Reads the command line, the program's name left out.
    ///
    /// # Errors
    ///
    /// It cannot be followed, or asks for help.
    pub fn parse(line: impl IntoIterator<Item = String>) -> Result<Self, ArgsError> {
        let (mut args, mut line) = (Self::default(), line.into_iter());
        while let Some(option) = line.next() {
            args.set(option, &mut line)?;
        }
        Ok(args)
    }

    fn set(
        &mut self,
        option: String,
        line: &mut impl Iterator<Item = String>,
    ) -> Result<(), ArgsError> {
        let mut value = || {
            line.next()
                .ok_or_else(|| ArgsError::NoValue(option.clone()))
        };
        match option.as_str() {
            "--listen" => self.listen = read(&option, &value()?, str::parse)?,
            "--data" => self.data = value()?.into(),
            "--seed" => self.seed = read(&option, &value()?, str::parse)?,
            "--pace" => self.pace = read(&option, &value()?, humantime::parse_duration)?,
            "--help" | "-h" => return Err(ArgsError::Help),
            _ => return Err(ArgsError::Unknown(option)),
        }
        Ok(())
    }
}

fn read<T, E: ToString>(
    option: &str,
    value: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, ArgsError> {
    parse(value).map_err(|error| ArgsError::Value {
        option: option.to_owned(),
        value: value.to_owned(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_option_is_taken() {
        assert_eq!(parse(""), Ok(Args::default()));

        let expected = Args {
            listen: SocketAddr::from(([127, 0, 0, 1], 9)),
            data: "/srv/shop".into(),
            seed: 3,
            pace: Duration::from_millis(250),
        };
        let line = "--pace 250ms --seed 3 --data /srv/shop --listen 127.0.0.1:9";
        assert_eq!(parse(line), Ok(expected));
    }

    #[test]
    fn a_wrong_line_is_told_in_one() {
        let told = |line| parse(line).expect_err("a wrong line").to_string();
        assert_eq!(
            told("--port 1"),
            "unknown option `--port`; `shop --help` lists them"
        );
        assert_eq!(told("--data"), "`--data` needs a value");
        assert_eq!(
            told("--seed lucky"),
            "`lucky` is no value of `--seed`: invalid digit found in string"
        );
    }

    fn parse(line: &str) -> Result<Args, ArgsError> {
        Args::parse(line.split_whitespace().map(str::to_owned))
    }
}
