//! Which crash tells against a record, and when it is enough: decisions of values alone.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::persist::lease::Restoration;
use crate::store::Revision;

/// When a server that crashes is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// So many crashes; none parks nothing.
    pub(crate) crashes: u32,
    /// Each within so long of restoring the same revision.
    pub(crate) within: Duration,
}

/// The crashes of one server that tell against its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crashes {
    pub(super) revision: Revision,
    pub(super) count: u32,
    pub(super) message: Arc<str>,
}

impl Patience {
    /// Three crashes, each within a minute.
    pub(crate) const USUAL: Self = Self {
        crashes: 3,
        within: Duration::from_mins(1),
    };

    /// What is known of a server after a crash at `now`; nothing, where the crash does not tell against its record.
    pub(super) fn after(
        self,
        known: Option<&Crashes>,
        restored: Option<Restoration>,
        now: Instant,
        message: &Arc<str>,
    ) -> Option<Crashes> {
        let Restoration { revision, at } = restored?;
        if now.saturating_duration_since(at) > self.within {
            return None;
        }
        let again = known.filter(|known| known.revision == revision);
        Some(Crashes {
            revision,
            count: again.map_or(0, |known| known.count).saturating_add(1),
            message: message.clone(),
        })
    }

    pub(super) fn is_over(self, crashes: &Crashes) -> bool {
        self.crashes > 0 && crashes.count >= self.crashes
    }
}
