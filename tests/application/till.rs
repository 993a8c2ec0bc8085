//! A persistent till that notes when it starts and ends, and can be told to do either badly.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use noex::prelude::*;
use noex::testing::Gate;
use noex::{ExitReason, Spec};

use crate::wall::Wall;

/// What a till does when it starts or ends.
#[derive(Clone)]
pub(crate) enum Does {
    Fail,
    Wait(Gate),
}

/// What the tills of a test share.
#[derive(Clone, Default)]
pub(crate) struct Shop {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    notes: Vec<String>,
    starts: HashMap<String, Does>,
    ends: HashMap<String, Does>,
}

impl Shop {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no panic under the lock")
    }

    pub(crate) fn note(&self, what: impl Into<String>) {
        self.inner().notes.push(what.into());
    }

    /// What was noted so far.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.inner().notes.clone()
    }

    /// Tells the till of this name how to start.
    pub(crate) fn starts(&self, till: &str, does: Does) {
        self.inner().starts.insert(till.to_owned(), does);
    }

    /// Tells the till of this name how to end.
    pub(crate) fn ends(&self, till: &str, does: Does) {
        self.inner().ends.insert(till.to_owned(), does);
    }

    /// A till of this name.
    pub(crate) fn till(&self, name: &str) -> Spec<Till, noex::Given> {
        Till::spec(Till::default).name(name).env(self.clone())
    }

    /// A supervisor of one till, both of this name.
    pub(crate) fn tree(&self, name: &'static str) -> Supervisor {
        Supervisor::one_for_one(name).child(self.till(name))
    }
}

async fn act(does: Option<Does>) -> Result<(), String> {
    match does {
        None => Ok(()),
        Some(Does::Fail) => Err("the drawer is stuck".to_owned()),
        Some(Does::Wait(gate)) => {
            gate.pass().await;
            Ok(())
        }
    }
}

/// What a till can be asked.
#[derive(Protocol)]
pub(crate) enum TillMsg {
    /// Puts `by` in; how much there is.
    #[call(u32)]
    Add { by: u32 },
    /// Panics.
    #[call]
    Break,
    /// Never comes to its end.
    #[call]
    Hang,
    /// Blocks its thread.
    #[call]
    Block,
}

/// The till.
#[derive(GenServer, Default)]
#[genserver(
    protocol = TillMsg, env = Shop, on_start = Till::on_start, terminate = Till::terminate, shutdown_timeout = "5s",
    start_timeout = "1h"
)]
#[persist(interval = "1h")]
pub(crate) struct Till {
    total: u32,
}

impl Till {
    async fn on_start(&mut self, cx: &mut Cx<Self>) -> Result<(), String> {
        let name = cx.name().expect("it has a name").to_owned();
        let does = cx.env.inner().starts.get(&name).cloned();
        act(does).await?;
        cx.env.note(format!("start {name}"));
        Ok(())
    }

    async fn terminate(&mut self, _reason: &ExitReason, cx: &mut Cx<Self>) {
        let name = cx.name().expect("it has a name").to_owned();
        let does = cx.env.inner().ends.get(&name).cloned();
        act(does).await.expect("an end does not fail");
        cx.env.note(format!("end {name}"));
    }
}

#[handlers(TillMsg)]
impl Till {
    fn add(&mut self, by: u32) -> u32 {
        self.total += by;
        self.total
    }

    fn r#break(&mut self) {
        self.total = 0;
        panic!("told to break");
    }

    async fn hang(&mut self) {
        println!("hangs");
        self.total = 0;
        std::future::pending::<()>().await;
    }

    fn block(&mut self) {
        self.total = 0;
        println!("blocks");
        Wall::new().block();
    }
}

/// What the till of this name in `store` holds.
pub(crate) async fn stored(store: impl StorageAdapter, name: &str) -> u32 {
    let system = System::new(store);
    let till = Shop::default().till(name);
    let till = system.start(till).await.expect("its record is whole");
    let total = till.add(0).timeout(Duration::from_mins(1)).await;
    system.shutdown().await.expect("it is saved");
    total.expect("it answers")
}
