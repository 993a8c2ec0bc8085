//! Who is up and who has ended, as the events tell it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use noex::{Event, EventStream, ExitReason, ServerId, StartError, StartErrorKind};

use crate::ledger::Ledger;

/// What was last heard of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    Up,
    Ended { well: bool },
    NotStarted { about_record: bool },
    Parked,
}

/// What was heard of all servers of a life.
pub(crate) struct Census {
    ledger: Arc<Ledger>,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    last: BTreeMap<String, Last>,
    up: HashMap<u64, bool>,
}

impl Census {
    pub(crate) fn new(ledger: Arc<Ledger>) -> Arc<Self> {
        Arc::new(Self {
            ledger,
            heard: Mutex::default(),
        })
    }

    /// Hears every event until there are no more.
    pub(crate) async fn hear(self: Arc<Self>, mut events: EventStream) {
        while let Some(event) = events.next().await {
            self.ledger.tell(format!("{event:?}"));
            self.note(&event);
        }
    }

    pub(crate) fn last(&self, name: &str) -> Option<Last> {
        self.heard().last.get(name).copied()
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, server: &ServerId, last: Last) {
        let name = server.name.as_deref().unwrap_or_default().to_owned();
        self.heard().last.insert(name, last);
    }

    fn note(&self, event: &Event) {
        match event {
            Event::Started { server } => self.started(server),
            Event::Terminated { server, reason } => self.terminated(server, reason),
            Event::StartFailed { server, error } => self.not_started(server, error),
            Event::Parked { server, .. } => {
                self.ledger.count(|tally| tally.parked += 1);
                self.put(server, Last::Parked);
            }
            Event::Fenced { server, key } => {
                self.ledger.count(|tally| tally.fenced += 1);
                if !self.ledger.is_taken_over(key.as_str()) {
                    self.ledger
                        .wrong(format!("{server} is fenced, but nobody has taken its key"));
                }
            }
            Event::Crashed { .. } => self.ledger.count(|tally| tally.crashes += 1),
            Event::SaveFailed { .. } => self.ledger.count(|tally| tally.failed_saves += 1),
            Event::Restarted { .. } => self.ledger.count(|tally| tally.restarts += 1),
            Event::GaveUp { .. } => self.ledger.count(|tally| tally.given_up += 1),
            _ => {}
        }
    }

    fn started(&self, server: &ServerId) {
        self.put(server, Last::Up);
        if self.heard().up.insert(server.number, true) == Some(true) {
            self.ledger
                .wrong(format!("{server} has started twice without an end"));
        }
    }

    fn terminated(&self, server: &ServerId, reason: &ExitReason) {
        let well = reason.is_graceful();
        let was_parked =
            self.last(server.name.as_deref().unwrap_or_default()) == Some(Last::Parked);
        if !was_parked {
            self.put(server, Last::Ended { well });
        }
        let is_killed = matches!(reason, ExitReason::Killed { .. });
        self.ledger
            .count(|tally| tally.kills += u64::from(is_killed));
        let was_up = self.heard().up.insert(server.number, false);
        // A start can be killed before it succeeds.
        if was_up != Some(true) && !is_killed {
            self.ledger.wrong(format!(
                "{server} has ended twice, the second time since it {reason}"
            ));
        }
    }

    fn not_started(&self, server: &ServerId, error: &StartError) {
        self.ledger.count(|tally| tally.failed_starts += 1);
        let about_record = matches!(error, StartError::Restore { .. });
        self.put(server, Last::NotStarted { about_record });
        if let StartError::KeyInUse { key, by } = error
            && !self.ledger.is_taken_over(key.as_str())
        {
            self.ledger.wrong(format!(
                "{server} does not start, since {by} still has its key"
            ));
        }
        if error.kind() == StartErrorKind::NameTaken {
            self.ledger
                .wrong(format!("{server} does not start, since its name is taken"));
        }
    }
}
