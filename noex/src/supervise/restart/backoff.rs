//! How long a restart waits.

use std::time::Duration;

use crate::persist::age::part_of;

/// How long a supervisor waits before it restarts: longer with each restart in the window of its
/// [`Intensity`](super::Intensity), and never twice quite the same, so that servers that failed together do not come
/// back together.
///
/// The delay is drawn from the upper half of what it has grown to. Waiting takes its time from the window: where the
/// delays before the allowed restarts outlast it, a child that keeps crashing is restarted for ever, at that pace.
///
/// ```
/// # use std::time::Duration;
/// use noex::Backoff;
///
/// // About 100 ms, 200 ms, 400 ms, .. and never more than 10 s.
/// let delay = Backoff::new(Duration::from_millis(100), Duration::from_secs(10));
/// # let _ = delay;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Backoff {
    first: Duration,
    most: Duration,
}

/// More doublings of the shortest duration than the longest has bits.
const DOUBLINGS: u32 = 128;

impl Backoff {
    /// At most `first` before the first restart in the window, twice that before the second one, and so on, but never
    /// more than `most`.
    #[must_use]
    pub const fn new(first: Duration, most: Duration) -> Self {
        Self { first, most }
    }

    /// How long the newest of `restarts` in the window waits.
    pub(super) fn before(self, restarts: u32, random: u64) -> Duration {
        let doublings = restarts.saturating_sub(1).min(DOUBLINGS);
        let grown = (0..doublings).fold(self.first, |delay, _| delay.saturating_mul(2));
        let whole = grown.min(self.most);
        let half = whole / 2;
        half + part_of(whole.saturating_sub(half), random)
    }
}
