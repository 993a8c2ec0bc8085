//! The stored records of one kind of server, gone through at once: a rehearsal of a release, and a migration for good.
//!
//! [`verify`] tells before a deploy which records the new program could not load; [`migrate_all`] writes the old ones
//! as the new program would. Both need no system, only a store, or a copy of one, and start no server.

mod failure;
mod look;
mod pace;
mod pass;
mod plan;
mod report;
mod run;

pub use failure::{Cause, Failure};
pub use pass::Pass;
pub use report::{Form, Progress, Report};

use crate::persist::persistent::Persistent;
use crate::store::StorageAdapter;

/// Reads every record of the kind `S` as a start of its server would, and writes nothing.
///
/// Each record is verified, decoded, migrated, and where it is of an older version, encoded as today's. Claims are not
/// touched and hooks do not run, so this may look at the store of a running system; what a live server has not saved
/// yet is not seen. Whether a record has expired is not asked.
///
/// ```
/// use noex::prelude::*;
/// use noex::records;
///
/// # #[derive(Protocol)]
/// # enum AccountMsg {
/// #     #[call(i64)]
/// #     Cents,
/// # }
/// #[derive(GenServer)]
/// #[genserver(protocol = AccountMsg)]
/// #[persist(interval = "30s", version = 2, migrate(1 = AccountV1))]
/// struct Account {
///     cents: i64,
/// }
///
/// #[derive(Stored)]
/// struct AccountV1 {
///     euros: i64,
/// }
///
/// impl From<AccountV1> for Account {
///     fn from(old: AccountV1) -> Self {
///         Self { cents: 100 * old.euros }
///     }
/// }
/// # #[handlers(AccountMsg)]
/// # impl Account {
/// #     fn cents(&self) -> i64 {
/// #         self.cents
/// #     }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), noex::Error> {
/// let store = MemoryAdapter::new();
/// let report = records::verify::<Account>(&store)
///     .prefix("accounts:")
///     .check(|account| if account.cents < 0 { Err("a debt") } else { Ok(()) })
///     .await?;
/// println!("{report}");
/// assert!(report.is_sound());
/// # Ok(())
/// # }
/// ```
pub fn verify<S: Persistent>(store: &impl StorageAdapter) -> Pass<'_, S> {
    Pass::new(store, false)
}

/// Writes every record of the kind `S` that is of an older version as today's, for good.
///
/// Of each record all is kept but its state, its version and its revision: above all its times, so that none becomes
/// younger than it was. It is written in place of the revision that was read, and only while nobody holds its key: what
/// a live server holds is left to that server, what was changed meanwhile is left as it is now, and both are counted.
/// What cannot be loaded, encoded, or does not pass the check stays as it is, byte for byte. Nothing is deleted or put
/// aside, and hooks do not run.
///
/// Running it again does nothing to what is done.
///
/// ```
/// # use noex::prelude::*;
/// # #[derive(Protocol)]
/// # enum AccountMsg {
/// #     #[call(i64)]
/// #     Cents,
/// # }
/// # #[derive(GenServer)]
/// # #[genserver(protocol = AccountMsg)]
/// # #[persist(interval = "30s")]
/// # struct Account {
/// #     cents: i64,
/// # }
/// # #[handlers(AccountMsg)]
/// # impl Account {
/// #     fn cents(&self) -> i64 {
/// #         self.cents
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), noex::Error> {
/// # let store = MemoryAdapter::new();
/// let report = noex::records::migrate_all::<Account>(&store)
///     .rate(500)
///     .on_progress(|progress| println!("{} of {}", progress.done, progress.total))
///     .await?;
/// println!("{report}");
/// # Ok(())
/// # }
/// ```
pub fn migrate_all<S: Persistent>(store: &impl StorageAdapter) -> Pass<'_, S> {
    Pass::new(store, true)
}
