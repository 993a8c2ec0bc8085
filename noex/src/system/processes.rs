//! A look at everything that lives in a system: [`System::processes`] and what it answers.
//!
//! Each supervisor, family and server describes itself (`Described`) from what can be known without asking it. How a
//! tree of them is shown to a person is `tree`'s business.

mod process;
mod tree;

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_with::{As, TimestampMilliSeconds};

pub use process::{Health, LastSave, Process, Role, SaveFailure, Saves};

use super::System;
use crate::persist::record::millis::to_whole_ms;

/// Everything that lived in a system at one moment: a tree of supervisors, families and servers.
///
/// It is a copy: nothing in it changes any more. Where servers start, run and stop meanwhile, each of them is shown as
/// it was when it was looked at.
///
/// # For a person
///
/// Displayed, it is a tree with one line a server. Where many servers are in one place, a summary and the 20 most
/// noteworthy are shown: those that cannot save, that are parked, wait for their supervisor or stop, then the ones with the longest
/// queues. The alternate form, `{:#}`, shows all.
///
/// # For a tool
///
/// Serialized, it is `at` and `processes`, each of these with the fields of [`Process`] under their names. Times are in
/// milliseconds since 1970, as in records; words such as `"idle"` are in snake case; what there is not is `null`. Later
/// releases may add fields and words, and take none away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Processes {
    /// When this was, by the system's clock.
    #[serde(with = "As::<TimestampMilliSeconds<i64>>")]
    pub at: SystemTime,
    /// What the system knows by itself, in the order in which it came; the rest is among their children.
    pub processes: Vec<Process>,
}

/// Something that lives in a system and can be looked at.
pub(crate) trait Described {
    /// How it is now, with everything below it; waits neither for a handler nor for a store.
    fn describe(&self) -> Process;
}

impl System {
    /// What lives in it now: supervisors, families, servers, and how each of them is.
    ///
    /// No server is asked, so that one which hangs is shown, too, and nothing waits for it. It takes time for each live
    /// server, though, about a fifth of a second for 100,000: with as many, look from a thread that may block.
    ///
    /// ```
    /// use noex::prelude::*;
    /// use noex::processes::Health;
    /// # #[derive(Protocol)]
    /// # enum CounterMsg {
    /// #     #[call(i64)]
    /// #     Add { by: i64 },
    /// # }
    /// # #[derive(GenServer, Default)]
    /// # #[genserver(protocol = CounterMsg)]
    /// # #[persist(interval = "30s")]
    /// # struct Counter {
    /// #     total: i64,
    /// # }
    /// # #[handlers(CounterMsg)]
    /// # impl Counter {
    /// #     fn add(&mut self, by: i64) -> i64 {
    /// #         self.total += by;
    /// #         self.total
    /// #     }
    /// # }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), noex::Error> {
    /// let system = System::new(MemoryAdapter::new());
    /// let visits = system.start(Counter::spec(Counter::default).name("visits")).await?;
    /// visits.add(1).await?;
    ///
    /// let processes = system.processes();
    /// println!("{processes}");
    /// let visits = processes.servers().next().expect("there is one");
    /// assert_eq!(visits.health, Health::Idle);
    /// assert!(visits.saves.as_ref().is_some_and(|saves| saves.unsaved_since.is_some()));
    /// # system.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn processes(&self) -> Processes {
        let running = self.inner.running();
        let mut processes: Vec<_> = running.iter().map(|process| process.describe()).collect();
        processes.sort_by_key(|process| process.number);
        Processes {
            at: to_whole_ms(self.inner.clock().now()),
            processes,
        }
    }
}

impl Processes {
    /// All of them, each before its children.
    pub fn iter(&self) -> impl Iterator<Item = &Process> {
        let mut ahead: Vec<_> = self.processes.iter().rev().collect();
        std::iter::from_fn(move || {
            let process = ahead.pop()?;
            ahead.extend(process.children.iter().rev());
            Some(process)
        })
    }

    /// The servers among them, wherever they are.
    pub fn servers(&self) -> impl Iterator<Item = &Process> {
        self.iter().filter(|process| process.role == Role::Server)
    }
}
