//! How long anything may take at most: nobody waits for an answer that does not come.

use std::time::Duration;

use crate::ledger::Ledger;

/// The outcome of what ends within `limit`; that it did not is wrong.
pub(crate) async fn in_time<T>(
    ledger: &Ledger,
    limit: Duration,
    what: impl FnOnce() -> String,
    future: impl Future<Output = T>,
) -> Option<T> {
    let outcome = tokio::time::timeout(limit, future).await.ok();
    if outcome.is_none() {
        ledger.wrong(format!("{} takes longer than {limit:?}", what()));
    }
    outcome
}
