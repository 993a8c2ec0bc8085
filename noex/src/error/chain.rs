//! An error told in one line.

use std::error::Error;
use std::fmt;

/// An error with its sources, in one line, and nothing twice.
///
/// What an error of noex displays is what it adds to its sources; this tells all of it.
///
/// ```
/// use noex::Chain;
/// use noex::store::{Key, StoreError};
/// use noex::PersistenceError;
///
/// let key = Key::new("orders:17")?;
/// let source = StoreError::rejected("the disk is full");
/// let error = PersistenceError::Store { key, source };
/// assert_eq!(error.to_string(), "the store failed for `orders:17`");
/// assert!(Chain(&error).to_string().ends_with("the disk is full"));
/// # Ok::<(), StoreError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Chain<'a>(pub &'a (dyn Error + 'a));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = self.0.to_string();
        f.write_str(&last)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            let text = error.to_string();
            // Errors of operating systems and of users are often told by what they caused.
            if !last.ends_with(&text) {
                write!(f, ": {text}")?;
                last = text;
            }
            source = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Told {
        text: &'static str,
        source: Option<Box<Told>>,
    }

    #[test]
    fn sources_are_told_in_their_order() {
        let error = told(
            "no start",
            Some(told("no record", Some(told("no disk", None)))),
        );
        assert_eq!(Chain(&error).to_string(), "no start: no record: no disk");
    }

    #[test]
    fn what_is_told_already_is_not_told_again() {
        let error = told("no start: no disk", Some(told("no disk", None)));
        assert_eq!(Chain(&error).to_string(), "no start: no disk");
    }

    fn told(text: &'static str, source: Option<Told>) -> Told {
        let source = source.map(Box::new);
        Told { text, source }
    }
}
