//! One pass over the records of a kind, as its caller puts it together.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use super::look::{Check, look};
use super::plan::Plan;
use super::run::Run;
use super::{Progress, Report};
use crate::persist::persistent::Persistent;
use crate::protocol::handler::BoxFuture;
use crate::store::{Key, StorageAdapter, StoreError};

/// One pass over the records of the kind `S`, from [`verify`](super::verify) or [`migrate_all`](super::migrate_all);
/// awaited it gives a [`Report`].
///
/// The keys are listed first and gone through in their order, byte by byte. They are kept in memory until the end, the
/// records are not.
///
/// # Errors
///
/// The store could not be listed: nothing was done. A store that fails later is told of in the report.
///
/// # Cancel safety
///
/// Dropped in the middle, what is written is written, and each record is either as it was or migrated. Run it again.
#[must_use = "nothing is read before it is awaited"]
pub struct Pass<'a, S> {
    plan: Plan<'a>,
    check: Option<Check<'a, S>>,
}

impl<'a, S: Persistent> Pass<'a, S> {
    pub(super) fn new(store: &'a impl StorageAdapter, migrates: bool) -> Self {
        Self {
            plan: Plan::new(store, S::ATTRIBUTES.kind, S::ATTRIBUTES.version, migrates),
            check: None,
        }
    }

    /// Only the keys that begin so, such as `orders:` for the family `orders`. Under it a record of another kind is a
    /// failure, as it is to the family; without a prefix such records are only counted.
    pub fn prefix(mut self, prefix: impl Into<Arc<str>>) -> Self {
        self.plan.prefix = prefix.into();
        self
    }

    /// Only the keys after this one: to go on where [`Report::done_up_to`] or [`Progress::done_up_to`] says.
    pub fn after(mut self, key: Key) -> Self {
        self.plan.after = Some(key);
        self
    }

    /// Asks this of each state that was loaded. What it refuses is a failure, and is not written; so is a panic.
    pub fn check<E: fmt::Display>(
        mut self,
        mut check: impl FnMut(&S) -> Result<(), E> + Send + 'a,
    ) -> Self {
        let check = move |state: &S| check(state).map_err(|error| error.to_string());
        self.check = Some(Box::new(check));
        self
    }

    /// Looks at no more than this many records a second, so that others get at the store, too; zero is no limit.
    pub fn rate(mut self, per_second: u32) -> Self {
        self.plan.rate = per_second;
        self
    }

    /// Keeps at most this many failures with their keys, the first ones: 100 unless set. All are counted.
    pub fn keep_failures(mut self, count: usize) -> Self {
        self.plan.keep = count;
        self
    }

    /// Tells how far it is: before the first record, and after every 64 or fewer.
    pub fn on_progress(mut self, tell: impl FnMut(&Progress) + Send + 'a) -> Self {
        self.plan.tell = Some(Box::new(tell));
        self
    }

    /// Vouches for it that no server has a key in this store.
    ///
    /// Needed by `migrate_all` on a store that keeps no claims
    /// ([`Ownership::Unchecked`](crate::store::Ownership::Unchecked)), which cannot tell what a live server holds: such a
    /// server would lose what it has not saved.
    pub fn while_nothing_runs(mut self) -> Self {
        self.plan.nothing_runs = true;
        self
    }
}

impl<'a, S: Persistent> IntoFuture for Pass<'a, S> {
    type Output = Result<Report, StoreError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let look = look(self.check);
        Box::pin(async move { Run::begin(self.plan, look).await?.finish().await })
    }
}

impl<S> fmt::Debug for Pass<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass")
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}
