//! What the program is told on its command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How the program is used.
pub const USAGE: &str = "\
usage: sessions [--config sessions.toml] [--listen 127.0.0.1:8080] [--data ./data/sessions] [--interval 1m]

  --config    a file with all of it and more; what stands beside it on the command line comes first
  --listen    the address to listen on; port 0 takes a free one
  --data      the directory of the sessions, made if it is missing
  --interval  how often changed sessions are saved: what a crash may cost";

/// The options of the command line, as far as they are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// Where the sessions are.
    pub data: Option<PathBuf>,
    /// How often changed sessions are saved.
    pub interval: Option<Duration>,
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
            "--config" => self.config = Some(value()?.into()),
            "--listen" => self.listen = Some(read(&option, &value()?, str::parse)?),
            "--data" => self.data = Some(value()?.into()),
            "--interval" => self.interval = Some(read(&option, &value()?, interval)?),
            "--help" | "-h" => return Err(ArgsError::Help),
            _ => return Err(ArgsError::Unknown(option)),
        }
        Ok(())
    }
}

fn interval(value: &str) -> Result<Duration, String> {
    let interval = humantime::parse_duration(value).map_err(|error| error.to_string())?;
    if interval.as_millis() == 0 {
        return Err("it is shorter than a millisecond".to_owned());
    }
    Ok(interval)
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
    fn what_is_not_given_is_left_open() {
        assert_eq!(parse(""), Ok(Args::default()));
    }

    #[test]
    fn each_option_is_taken() {
        let line = "--interval 250ms --data /srv/web --listen [::1]:9 --config web.toml";

        let expected = Args {
            config: Some("web.toml".into()),
            listen: "[::1]:9".parse().ok(),
            data: Some("/srv/web".into()),
            interval: Some(Duration::from_millis(250)),
        };
        assert_eq!(parse(line), Ok(expected));
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
            told("--interval 0s"),
            "`0s` is no value of `--interval`: it is shorter than a millisecond"
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
