//! An application as those see it who want it to end, or want to know when it does.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::report::WhyEnded;
use crate::supervise::SupervisorHandle;

/// An application that runs, or is about to. Cheap to clone.
#[derive(Clone)]
pub struct ApplicationHandle {
    shared: Arc<Shared>,
}

struct Shared {
    /// Why it is to end, once it is.
    asked: watch::Sender<Option<WhyEnded>>,
    /// Whether a signal has asked for it.
    signalled: AtomicBool,
    /// The supervisors in the order of their start.
    supervisors: Mutex<Vec<SupervisorHandle>>,
}

impl ApplicationHandle {
    pub(super) fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                asked: watch::Sender::new(None),
                signalled: AtomicBool::new(false),
                supervisors: Mutex::default(),
            }),
        }
    }

    /// Asks it to end, as a signal does. It may be asked twice, and before it runs.
    pub fn stop(&self) {
        self.ask(WhyEnded::Asked);
    }

    /// Over once it has been asked to end: for `with_graceful_shutdown` of an HTTP server, say.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let me = self.clone();
        async move {
            me.why().await;
        }
    }

    /// The supervisor of this name that was started, with its children.
    #[must_use]
    pub fn supervisor(&self, name: &str) -> Option<SupervisorHandle> {
        let supervisors = self.supervisors();
        let mut named = supervisors.iter().filter(|handle| handle.name() == name);
        named.next().cloned()
    }

    /// Asks it to end; the first reason is the one that counts.
    pub(super) fn ask(&self, why: WhyEnded) {
        self.shared.asked.send_if_modified(|asked| {
            let is_first = asked.is_none();
            asked.get_or_insert(why);
            is_first
        });
    }

    /// The same by a signal; whether it is the first one.
    pub(super) fn signal(&self, signal: &'static str) -> bool {
        let is_first = !self.shared.signalled.swap(true, Ordering::SeqCst);
        self.ask(WhyEnded::Signal { signal });
        is_first
    }

    pub(super) fn is_asked(&self) -> bool {
        self.shared.asked.borrow().is_some()
    }

    /// Why it is to end, once it is.
    pub(super) async fn why(&self) -> WhyEnded {
        let mut asked = self.shared.asked.subscribe();
        let why = asked.wait_for(Option::is_some).await;
        // The sender is this handle's own.
        why.ok()
            .and_then(|why| why.clone())
            .unwrap_or(WhyEnded::Asked)
    }

    pub(super) fn add(&self, supervisor: SupervisorHandle) {
        self.supervisors().push(supervisor);
    }

    pub(super) fn take_supervisors(&self) -> Vec<SupervisorHandle> {
        std::mem::take(&mut *self.supervisors())
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    fn supervisors(&self) -> MutexGuard<'_, Vec<SupervisorHandle>> {
        let supervisors = self.shared.supervisors.lock();
        supervisors.unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ApplicationHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplicationHandle")
            .field("asked", &*self.shared.asked.borrow())
            .field("supervisors", &self.supervisors())
            .finish_non_exhaustive()
    }
}
