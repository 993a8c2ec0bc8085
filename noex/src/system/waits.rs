//! Which handlers wait for which servers, so that a call that would close a circle fails at once instead of waiting
//! until its time is over.
//!
//! Only calls that handlers make are noted, by the addresses of their slots. A wait is over when its ticket is, so
//! nobody has to take it back.

use std::collections::{HashMap, HashSet};
use std::sync::Arc as StdArc;

use crate::protocol::ticket::Expire;
use crate::sync::{AtomicBool, Mutex, MutexGuard, Ordering, Weak, lock};

/// The calls under way from handler to server.
pub(crate) struct Waits {
    is_on: bool,
    /// By who waits.
    calls: Mutex<HashMap<usize, Vec<Wait>>>,
    /// Whether there may be any.
    any: AtomicBool,
}

/// A call that a handler waits for.
struct Wait {
    target: Target,
    until: Until,
}

/// The server that is called.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) slot: usize,
    pub(crate) label: StdArc<str>,
}

enum Until {
    /// It runs on the sender's stack.
    Returned,
    Answered(Weak<dyn Expire>),
}

/// The servers of a circle, from the one that closes it to itself.
pub(crate) type Circle = StdArc<[StdArc<str>]>;

impl Waits {
    pub(crate) fn new(is_on: bool) -> Self {
        Self {
            is_on,
            calls: Mutex::default(),
            any: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.is_on
    }

    /// Notes that the handler of `sender` is about to wait for `target`, unless that waits for `sender` in the end.
    pub(crate) fn begin(&self, sender: usize, target: Target) -> Result<(), Circle> {
        let mut calls = self.lock();
        if let Some(path) = path(&calls, target.slot, sender) {
            let closing = path.last().cloned();
            let circle = closing.into_iter().chain([target.label]).chain(path);
            return Err(circle.collect());
        }
        let waits = calls.entry(sender).or_default();
        waits.retain(Wait::is_under_way);
        waits.push(Wait {
            target,
            until: Until::Returned,
        });
        self.any.store(true, Ordering::Release);
        Ok(())
    }

    /// Notes how the call that was begun last goes on: until the ticket is over, or not at all.
    pub(crate) fn go_on(&self, sender: usize, ticket: Option<Weak<dyn Expire>>) {
        let mut calls = self.lock();
        let Some(waits) = calls.get_mut(&sender) else {
            return;
        };
        let begun = waits
            .iter()
            .rposition(|wait| matches!(wait.until, Until::Returned));
        let Some(mut wait) = begun.map(|at| waits.swap_remove(at)) else {
            return;
        };
        if let Some(ticket) = ticket {
            wait.until = Until::Answered(ticket);
            waits.push(wait);
        } else if waits.is_empty() {
            calls.remove(&sender);
        }
    }

    /// The handler of `sender` has ended: what it still waits for it does not wait for.
    #[inline]
    pub(crate) fn forget(&self, sender: usize) {
        if self.is_on && self.any.load(Ordering::Acquire) {
            let mut calls = self.lock();
            calls.remove(&sender);
            self.any.store(!calls.is_empty(), Ordering::Release);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<usize, Vec<Wait>>> {
        lock(&self.calls)
    }
}

impl Wait {
    fn is_under_way(&self) -> bool {
        match &self.until {
            Until::Returned => true,
            Until::Answered(ticket) => ticket.upgrade().is_some_and(|ticket| !ticket.is_over()),
        }
    }
}

/// The servers on the way from waiting `from` to waited-for `to`, the last one included, if there is one.
fn path(calls: &HashMap<usize, Vec<Wait>>, from: usize, to: usize) -> Option<Vec<StdArc<str>>> {
    let mut seen = HashSet::from([from]);
    let mut ways = vec![(from, Vec::new())];
    while let Some((server, way)) = ways.pop() {
        let waits = calls.get(&server).into_iter().flatten();
        for Wait { target, .. } in waits.filter(|wait| wait.is_under_way()) {
            if !seen.insert(target.slot) {
                continue;
            }
            let mut way: Vec<StdArc<str>> = way.clone();
            way.push(target.label.clone());
            if target.slot == to {
                return Some(way);
            }
            ways.push((target.slot, way));
        }
    }
    None
}
