//! What the rehearsal of a release is told on its command line, and why there may be none.

use std::path::PathBuf;

use noex::store::{OpenError, StoreError};

/// How the program is used.
pub const USAGE: &str = "\
usage: rehearse [--migrate] [--rate 500] [data]

  data       the directory of the database, or of a copy of it: ./data unless given
  --migrate  writes every order of an older version as today's; otherwise nothing is written
  --rate     looks at no more than this many orders a second

It ends with 0 if every order is sound, with 1 if one is not, with 2 if it could not begin. While the service runs, the
database is its own: take a copy, as with `sqlite3 data/orders.db '.backup copy/orders.db'`.";

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// Where the database is, `./data` unless given.
    pub data: Option<PathBuf>,
    /// Whether it is done for good.
    pub migrates: bool,
    /// How many orders a second are looked at; zero is no limit.
    pub rate: u32,
}

/// Why nothing could be rehearsed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RehearsalError {
    /// The usage was asked for.
    #[error("{USAGE}")]
    Help,
    /// There is no such option.
    #[error("unknown option `{0}`; `rehearse --help` lists them")]
    Unknown(String),
    /// The rate is none.
    #[error("`--rate` needs a number of orders a second")]
    Rate,
    /// There is no database, and none is made.
    #[error("there is no database `{}`", .0.display())]
    NoDatabase(PathBuf),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Rehearsal {
    /// Reads the command line, the program's name left out.
    ///
    /// # Errors
    ///
    /// It cannot be followed, or asks for help.
    pub fn parse(line: impl IntoIterator<Item = String>) -> Result<Self, RehearsalError> {
        let (mut rehearsal, mut line) = (Self::default(), line.into_iter());
        while let Some(word) = line.next() {
            match word.as_str() {
                "--help" | "-h" => return Err(RehearsalError::Help),
                "--migrate" => rehearsal.migrates = true,
                "--rate" => {
                    let rate = line.next().and_then(|rate| rate.parse().ok());
                    rehearsal.rate = rate.ok_or(RehearsalError::Rate)?;
                }
                option if option.starts_with('-') || rehearsal.data.is_some() => {
                    return Err(RehearsalError::Unknown(word));
                }
                data => rehearsal.data = Some(data.into()),
            }
        }
        Ok(rehearsal)
    }

    /// The file of the database.
    ///
    /// # Errors
    ///
    /// It is not there: a store that is opened would make it.
    pub fn database(&self) -> Result<PathBuf, RehearsalError> {
        let data = self.data.clone().unwrap_or_else(|| "./data".into());
        let file = data.join("orders.db");
        if file.is_file() {
            Ok(file)
        } else {
            Err(RehearsalError::NoDatabase(file))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_taken() {
        let rehearsal = parse("--rate 50 /srv/copy --migrate").expect("a sound line");
        let expected = Rehearsal {
            data: Some("/srv/copy".into()),
            migrates: true,
            rate: 50,
        };
        assert_eq!(rehearsal, expected);
        assert_eq!(parse("").expect("a sound line"), Rehearsal::default());
    }

    #[test]
    fn a_wrong_line_is_told() {
        for (line, word) in [
            ("--migrat", "unknown option `--migrat`"),
            ("data more", "unknown option `more`"),
            ("--rate fast", "a number"),
            ("--rate", "a number"),
            ("--help", "usage: "),
        ] {
            let told = parse(line).expect_err(line).to_string();
            assert!(told.contains(word), "{told}");
        }
    }

    fn parse(line: &str) -> Result<Rehearsal, RehearsalError> {
        Rehearsal::parse(line.split_whitespace().map(str::to_owned))
    }
}
