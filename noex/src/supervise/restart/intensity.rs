//! How many restarts are too many, and what has to be remembered to know.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// How many restarts a supervisor makes within a window of time before it gives up. By default 3 within 5 seconds.
///
/// The window reaches back from each restart, its end included. Restarts of all the children of a supervisor count
/// together, each once, however many siblings are restarted with the child that ended; and a child that does not come
/// up again counts once more at each attempt. A child that is parked costs no restart.
///
/// ```
/// # use std::time::Duration;
/// use noex::Intensity;
///
/// // The eleventh restart within a minute is one too many.
/// let patient = Intensity::new(10, Duration::from_secs(60));
/// // The first crash is one too many.
/// let strict = Intensity::new(0, Duration::from_secs(1));
/// # let _ = (patient, strict);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Intensity {
    restarts: u32,
    within: Duration,
}

impl Intensity {
    /// At most `restarts` in any window as long as `within`.
    #[must_use]
    pub const fn new(restarts: u32, within: Duration) -> Self {
        Self { restarts, within }
    }

    pub(super) fn is_exceeded_by(self, restarts: u32) -> bool {
        restarts > self.restarts
    }
}

impl Default for Intensity {
    fn default() -> Self {
        Self::new(3, Duration::from_secs(5))
    }
}

/// When a supervisor's children were restarted, as far back as its window goes. There is never more in it than one
/// restart too many.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    restarts: VecDeque<Instant>,
}

impl History {
    /// Notes a restart; how many there are in the window that ends with it.
    pub(super) fn note(&mut self, now: Instant, intensity: Intensity) -> u32 {
        let is_past = |then: &Instant| now.saturating_duration_since(*then) > intensity.within;
        while self.restarts.front().is_some_and(is_past) {
            self.restarts.pop_front();
        }
        if intensity.is_exceeded_by(self.len()) {
            self.restarts.pop_front();
        }
        self.restarts.push_back(now);
        self.len()
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.restarts.len()).unwrap_or(u32::MAX)
    }
}
