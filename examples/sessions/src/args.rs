//! What the program is told on its command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How the program is used.
pub const USAGE: &str = "\
usage: sessions [--listen 127.0.0.1:8080] [--data ./data/sessions] [--interval 1m]

  --listen    the address to listen on; port 0 takes a free one
  --data      the directory of the sessions, made if it is missing
  --interval  how often changed sessions are saved: what a crash may cost";

/// The options of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the sessions are.
    pub data: PathBuf,
    /// How often changed sessions are saved.
    pub interval: Duration,
}

/// A command line that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgsError {
    /// The usage was asked for.
    #[error("{USAGE}")]
    Help,
    /// There is no such option.
    #[error("unknown option `{0}`; `sessions --help` lists them")]
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
            data: "./data/sessions".into(),
            interval: Duration::from_mins(1),
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
            "--interval" => self.interval = read(&option, &value()?, humantime::parse_duration)?,
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
    fn what_is_not_said_has_a_default() {
        assert_eq!(parse(""), Ok(Args::default()));
    }

    #[test]
    fn each_option_is_taken() {
        let args =
            parse("--interval 250ms --data /srv/web --listen [::1]:9").expect("a sound line");

        assert_eq!(args.interval, Duration::from_millis(250));
        assert_eq!(args.data, PathBuf::from("/srv/web"));
        assert_eq!(args.listen.to_string(), "[::1]:9");
    }

    #[test]
    fn a_wrong_line_is_told_in_one() {
        assert_eq!(
            told("--port 1"),
            "unknown option `--port`; `sessions --help` lists them"
        );
        assert_eq!(told("--data"), "`--data` needs a value");
        assert_eq!(
            told("--interval soon"),
            "`soon` is no value of `--interval`: expected number at 0"
        );
        assert_eq!(
            told("--listen 80"),
            "`80` is no value of `--listen`: invalid socket address syntax"
        );
    }

    fn parse(line: &str) -> Result<Args, ArgsError> {
        Args::parse(line.split_whitespace().map(str::to_owned))
    }

    fn told(line: &str) -> String {
        parse(line).expect_err("a wrong line").to_string()
    }
}
