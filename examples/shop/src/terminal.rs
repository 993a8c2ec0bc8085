//! The card terminal: takes money, and now and then fails in the middle of it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A terminal that fails at one charge in three, and never twice in a row. Cheap to clone: it is one and the same for
/// every incarnation of whoever uses it.
#[derive(Clone)]
pub struct Terminal {
    line: Arc<Mutex<Line>>,
}

struct Line {
    chance: u64,
    has_failed: bool,
}

impl Terminal {
    /// A terminal whose failures follow from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            line: Arc::new(Mutex::new(Line {
                chance: seed,
                has_failed: false,
            })),
        }
    }

    /// Charges a card.
    ///
    /// # Panics
    ///
    /// When it fails: this is what a bug looks like that nobody has found yet.
    pub fn charge(&self) {
        let fails = {
            let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
            line.fails()
        };
        assert!(!fails, "the card terminal has lost its line");
    }
}

impl Line {
    fn fails(&mut self) -> bool {
        // SplitMix64: small, and good enough for a shop.
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut drawn = self.chance;
        drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        drawn ^= drawn >> 31;
        self.has_failed = !self.has_failed && drawn.is_multiple_of(3);
        self.has_failed
    }
}

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Terminal(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_fails_at_the_same_charges() {
        let failures = |seed| {
            let terminal = Terminal::new(seed);
            let mut line = terminal.line.lock().expect("nobody panicked");
            (0..30).map(|_| line.fails()).collect::<Vec<_>>()
        };

        assert_eq!(failures(7), failures(7));
        assert_ne!(failures(7), failures(8));
        assert!(failures(7).windows(2).all(|two| two != [true, true]));
    }
}
