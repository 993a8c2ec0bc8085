//! Children that note their starts and ends in one diary, and wait or panic where a test says so.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use noex::prelude::*;
use noex::testing::Gate;
use noex::{Event, EventStream, Given, Restart, Spec, Supervisor, SupervisorHandle};

use crate::any_store::AnyStore;
use crate::counter;
use crate::probe::{Errand, Hooks, Job, Probe, ProbeClient, at, never, until};

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// What the children of one test have done, and are to do.
#[derive(Clone, Default)]
pub(super) struct Diary {
    inner: Arc<Mutex<Pages>>,
}

#[derive(Default)]
struct Pages {
    lines: Vec<String>,
    /// What the next start or end of a child comes with, by its line in the diary.
    errands: HashMap<String, VecDeque<Errand>>,
}

impl Diary {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A child of this name.
    pub(super) fn child(&self, name: &str) -> Spec<Probe, Given> {
        let (starts, ends) = (self.clone(), self.clone());
        let hooks = Hooks {
            on_start: Some(Arc::new(move |_, cx| starts.note('+', cx))),
            terminate: Some(Arc::new(move |_, cx| ends.note('-', cx))),
            ..Hooks::default()
        };
        Probe::spec(Probe::default).env(hooks).name(name)
    }

    fn note(&self, sign: char, cx: &Cx<Probe>) -> Errand {
        let line = format!("{sign}{}", cx.name().unwrap_or_default());
        let mut pages = self.pages();
        let errand = pages.errands.get_mut(&line).and_then(VecDeque::pop_front);
        pages.lines.push(line);
        errand.unwrap_or_else(well)
    }

    /// What the next time of `line` that has nothing to do yet is to do: `+a` is a start of `a`, `-a` its end.
    pub(super) fn next(&self, line: &str, errand: Errand) {
        let mut pages = self.pages();
        pages
            .errands
            .entry(line.into())
            .or_default()
            .push_back(errand);
    }

    /// Holds up the next time of `line`.
    pub(super) fn hold(&self, line: &str) -> Gate {
        let gate = Gate::new();
        self.next(line, at(&gate, 0));
        gate
    }

    /// What was noted since this was last asked.
    pub(super) fn take(&self) -> String {
        std::mem::take(&mut self.pages().lines).join(" ")
    }
}

pub(super) fn well() -> Errand {
    Box::pin(async { 0 })
}

pub(super) fn panics() -> Errand {
    Box::pin(async { panic!("told to") })
}

pub(super) fn hangs() -> Errand {
    never()
}

/// A system on a store of the test's choice, and on a paused clock.
pub(super) fn system() -> (System, EventStream) {
    let system = counter::system(AnyStore::new());
    let events = system.events();
    (system, events)
}

/// The three children `a`, `b` and `c` of `supervisor`, up.
pub(super) async fn trio(
    supervisor: Supervisor,
    diary: &Diary,
) -> (System, EventStream, SupervisorHandle) {
    trio_in(system(), supervisor, diary).await
}

/// The same in a system of the test's.
pub(super) async fn trio_in(
    (system, events): (System, EventStream),
    supervisor: Supervisor,
    diary: &Diary,
) -> (System, EventStream, SupervisorHandle) {
    let supervisor = ["a", "b", "c"]
        .into_iter()
        .fold(supervisor, |all, name| all.child(diary.child(name)));
    let handle = system.supervise(supervisor).await.expect("they start");
    assert_eq!(diary.take(), "+a +b +c");
    (system, events, handle)
}

/// The running child of this name.
pub(super) fn child(system: &System, name: &str) -> ProbeClient {
    system.find::<Probe>(name).expect("its name is taken")
}

pub(super) fn boom() -> Job {
    Box::new(|_, _| panic!("boom"))
}

/// Crashes a child.
pub(super) async fn crash(child: &ProbeClient) {
    let crashed = child.work(boom()).await;
    assert!(
        matches!(crashed, Err(CallError::Crashed { .. })),
        "{crashed:?}"
    );
}

/// The same, until the incarnation is over, its key given back.
pub(super) async fn crash_to_the_end(child: &ProbeClient) {
    let down = child.monitor();
    crash(child).await;
    down.await;
}

/// Waits until the child of this name was started again; its incarnation.
pub(super) async fn restarted(events: &mut EventStream, name: &str) -> u32 {
    until(events, |event| match event {
        Event::Restarted {
            server,
            incarnation,
            ..
        } if server.name.as_deref() == Some(name) => Some(*incarnation),
        _ => None,
    })
    .await
}

/// Waits until a supervisor has given up; which.
pub(super) async fn given_up(events: &mut EventStream) -> String {
    until(events, |event| match event {
        Event::GaveUp { supervisor, .. } => Some(supervisor.to_string()),
        _ => None,
    })
    .await
}

/// How often which child was started again, as far as its supervisor knows.
pub(super) fn restarts(handle: &SupervisorHandle) -> Vec<u64> {
    let children = handle.children().into_iter();
    children.map(|child| child.restarts).collect()
}

/// Which children are up.
pub(super) fn ups(handle: &SupervisorHandle) -> Vec<bool> {
    let children = handle.children().into_iter();
    children.map(|child| child.is_up).collect()
}

/// Lets everything happen that does not wait for time.
pub(super) async fn settled() {
    counter::pass(Duration::from_millis(1)).await;
}

/// All kinds of children.
pub(super) const KINDS: [Restart; 3] = [Restart::Permanent, Restart::Transient, Restart::Temporary];
