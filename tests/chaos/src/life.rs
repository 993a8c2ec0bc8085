//! One life of a system: it starts on what the last one has left, everything happens at once, and it ends.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use noex::testing::{FaultyAdapter, Gate, SharedMemory, TestClock};
use noex::{StopError, System};
use tokio::task::JoinHandle;

use crate::census::Census;
use crate::chance::Chance;
use crate::clerk::Clerk;
use crate::ledger::Ledger;
use crate::operator::Operator;
use crate::patience::in_time;
use crate::tree::{Pace, Seat, Tree};
use crate::trouble::Trouble;
use crate::witness::Witness;
use crate::{drill, reckoning};

/// The store as a system has it: faults before the witness, and the witness before the records.
pub(crate) type Store = FaultyAdapter<Witness>;

/// How a life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By a shutdown, once the trouble is over and everything was looked at.
    Quiet,
    /// By a shutdown in the middle of it.
    Rude,
    /// By a power cut in the middle of it: nothing more reaches the store.
    Cut,
    /// The same, and whatever ran is dropped where it stood.
    Dropped,
}

/// What everybody in a life knows.
pub(crate) struct Desk {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) census: Arc<Census>,
    pub(crate) shared: SharedMemory,
    pub(crate) store: Store,
    /// The stores of earlier lives, with what they did not deliver.
    pub(crate) ghosts: Vec<Store>,
    pub(crate) tree: Tree,
    pub(crate) pace: Pace,
    /// Which life of its round it is.
    pub(crate) life: u32,
    gates: Mutex<Gates>,
    /// Children by the supervisor and the id under which they were terminated.
    aside: Mutex<BTreeSet<(usize, String)>>,
    questions: AtomicU64,
}

#[derive(Default)]
struct Gates {
    /// Where those wait who are told to hang.
    now: Gate,
    /// What else is to be open in the end.
    kept: Vec<Gate>,
}

/// What a life begins with.
pub(crate) struct Birth {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) shared: SharedMemory,
    pub(crate) store: Store,
    pub(crate) ghosts: Vec<Store>,
    pub(crate) clock: TestClock,
    pub(crate) pace: Pace,
    pub(crate) chance: Chance,
    pub(crate) end: End,
}

/// How many clerks work at the same time, and how much each does.
const CLERKS: u32 = 6;
const THINGS: u32 = 22;

impl Desk {
    /// Where a handler waits that is told to hang.
    pub(crate) fn gate(&self) -> Gate {
        self.gates().now.clone()
    }

    /// Lets everybody go on who hangs.
    pub(crate) fn open_gate(&self) {
        self.ledger.tell("who hangs may go on");
        std::mem::take(&mut self.gates().now).open();
    }

    pub(crate) fn keep(&self, gate: Gate) {
        self.gates().kept.push(gate);
    }

    /// A child was terminated by hand.
    pub(crate) fn set_aside(&self, top: usize, child: &str) {
        self.aside().insert((top, child.to_owned()));
    }

    pub(crate) fn put_back(&self, top: usize, child: &str) {
        self.aside().remove(&(top, child.to_owned()));
    }

    pub(crate) fn is_aside(&self, top: usize, child: &str) -> bool {
        self.aside().contains(&(top, child.to_owned()))
    }

    /// A sender told from those of other lives.
    pub(crate) fn sender(&self, number: u32) -> u32 {
        self.life * 100 + number
    }

    /// A number for a message that no clerk sends.
    pub(crate) fn next_question(&self) -> u64 {
        self.questions.fetch_add(1, Ordering::Relaxed)
    }

    /// Longer than anything may take that has no time-out of its own.
    pub(crate) fn long(&self) -> Duration {
        self.pace.patience(3000)
    }

    fn gates(&self) -> MutexGuard<'_, Gates> {
        self.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn aside(&self) -> MutexGuard<'_, BTreeSet<(usize, String)>> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all trouble.
    pub(crate) async fn calm(&self) {
        self.ledger.tell("the trouble is over");
        self.ledger.calm();
        self.store.heal();
        self.open_gate();
        for gate in std::mem::take(&mut self.gates().kept) {
            gate.open();
        }
        self.store.deliver().await;
    }
}

/// Lives one life.
pub(crate) async fn live(birth: Birth) {
    let Birth {
        ledger,
        shared,
        store,
        ghosts,
        clock,
        pace,
        mut chance,
        end,
    } = birth;
    let system = System::builder()
        .store(store.clone())
        .clock(clock.clock())
        .seed(chance.next())
        .find_call_cycles(true)
        .build();
    let census = Census::new(ledger.clone());
    tokio::spawn(census.clone().hear(system.events()));
    let lives_before = ghosts.len();
    let tree = Tree::plant(&system, &ledger, pace, chance.fork()).await;
    let desk = Arc::new(Desk {
        ledger: ledger.clone(),
        census,
        shared,
        store,
        ghosts,
        tree,
        pace,
        life: u32::try_from(lives_before).unwrap_or(u32::MAX),
        gates: Mutex::default(),
        aside: Mutex::default(),
        questions: AtomicU64::new(1),
    });
    let work = begin_work(&desk, &mut chance);
    match end {
        End::Quiet => end_quietly(&desk, &system, work, &mut chance).await,
        End::Rude => end_rudely(&desk, &system, work, &mut chance).await,
        End::Cut => {
            cut(&desk, &mut chance).await;
            drop(system.shutdown_within(pace.unit * 100).await);
            desk.calm().await;
            finish(&desk, work).await;
        }
        End::Dropped => return cut(&desk, &mut chance).await,
    }
    drop(desk);
    drop(system);
    all_gone(&ledger, pace).await;
}

fn begin_work(desk: &Arc<Desk>, chance: &mut Chance) -> Vec<JoinHandle<()>> {
    let mut work = Vec::new();
    for number in 0..CLERKS {
        let clerk = Clerk::new(desk.clone(), chance.fork(), desk.sender(number));
        work.push(tokio::spawn(clerk.work(THINGS)));
    }
    let operator = Operator {
        desk: desk.clone(),
        chance: chance.fork(),
        started: 0,
    };
    work.push(tokio::spawn(operator.work(10)));
    let trouble = Trouble {
        desk: desk.clone(),
        chance: chance.fork(),
    };
    work.push(tokio::spawn(trouble.work(14)));
    work
}

async fn finish(desk: &Arc<Desk>, work: Vec<JoinHandle<()>>) {
    // Somebody may wait for who hangs.
    let porter = tokio::spawn(open_now_and_then(desk.clone()));
    for work in work {
        let done = in_time(
            &desk.ledger,
            desk.long() * 4,
            || "somebody's work".into(),
            work,
        )
        .await;
        if let Some(Err(error)) = done {
            desk.ledger.wrong(format!("somebody's work: {error}"));
        }
    }
    porter.abort();
    let _ = porter.await;
}

async fn open_now_and_then(desk: Arc<Desk>) {
    loop {
        tokio::time::sleep(desk.pace.unit * 60).await;
        desk.open_gate();
    }
}

async fn end_quietly(
    desk: &Arc<Desk>,
    system: &System,
    work: Vec<JoinHandle<()>>,
    chance: &mut Chance,
) {
    finish(desk, work).await;
    desk.calm().await;
    reckoning::reckon(desk, system).await;
    drill::drill(desk, chance).await;
    reckoning::save_all(desk).await;
    let present = reckoning::present(desk).await;
    let deadline = desk.pace.farewell * 15;
    let shutdown = system.shutdown_within(deadline);
    let report = in_time(
        &desk.ledger,
        deadline * 2,
        || "the shutdown".into(),
        shutdown,
    )
    .await;
    desk.ledger.tell(format!("shut down: {report:?}"));
    match report {
        Some(Ok(_)) => {}
        Some(Err(error))
            if error.store.is_none() && !error.failed.iter().any(|stop| is_of(stop, &present)) => {}
        failed => desk
            .ledger
            .wrong(format!("a quiet shutdown ends in {failed:?}")),
    }
    for (seat, token) in present {
        desk.ledger.check_saved(&seat.key, token);
    }
    nothing_is_held(desk).await;
}

/// Whether it is told of a server that was there. A report also names those that a supervisor stopped when it gave up,
/// and whose key another machine has had may not know of it before its last save.
fn is_of(stop: &StopError, present: &[(Seat, u64)]) -> bool {
    let (StopError::Unsaved { server, .. }
    | StopError::Killed { server, .. }
    | StopError::Crashed { server, .. }) = stop
    else {
        return true;
    };
    let label = |seat: &Seat| format!("Page `{}`", seat.name);
    present.iter().any(|(seat, _)| *label(seat) == **server)
}

async fn end_rudely(
    desk: &Arc<Desk>,
    system: &System,
    work: Vec<JoinHandle<()>>,
    chance: &mut Chance,
) {
    tokio::time::sleep(chance.up_to(desk.pace.unit * 60)).await;
    desk.ledger.tell("shutting down");
    let deadline = desk.pace.farewell * 15;
    let shutdown = system.shutdown_within(deadline);
    let report = in_time(
        &desk.ledger,
        deadline * 2,
        || "the shutdown".into(),
        shutdown,
    )
    .await;
    desk.ledger.tell(format!("shut down: {report:?}"));
    desk.calm().await;
    finish(desk, work).await;
    desk.calm().await;
    nothing_is_held(desk).await;
}

/// From here on nothing reaches the store.
async fn cut(desk: &Desk, chance: &mut Chance) {
    tokio::time::sleep(chance.up_to(desk.pace.unit * 60)).await;
    desk.ledger.tell("the power is cut");
    desk.ledger.count(|tally| tally.cuts += 1);
    desk.store.inner().sever();
}

/// Every key was given back, if not at once.
async fn nothing_is_held(desk: &Desk) {
    let held = || {
        let keys = desk.ledger.keys().into_iter();
        let mut held = keys.filter_map(|key| noex::store::Key::new(key).ok());
        held.find_map(|key| desk.shared.holder(&key))
    };
    for _ in 0..40 {
        if held().is_none() {
            return;
        }
        tokio::time::sleep(desk.pace.unit * 50).await;
    }
    desk.ledger.wrong(format!(
        "{:?} still holds its key after the shutdown",
        held()
    ));
}

/// No task is left, nor anything that has to do with a server.
async fn all_gone(ledger: &Arc<Ledger>, pace: Pace) {
    let metrics = tokio::runtime::Handle::current().metrics();
    for _ in 0..60 {
        if metrics.num_alive_tasks() == 0 {
            break;
        }
        tokio::time::sleep(pace.unit * 50).await;
    }
    let (tasks, kept) = (metrics.num_alive_tasks(), Arc::strong_count(ledger));
    if tasks > 0 {
        ledger.wrong(format!("{tasks} tasks are left"));
    }
    ledger.tell(format!("{kept} still know of the ledger"));
}
