//! Measurements, handed to the recorder of the crate `metrics` that is installed.

use std::sync::Arc;
use std::time::Duration;

use ::metrics::{SharedString, Unit, counter, describe_counter, describe_histogram, histogram};
use tokio::time::Instant;

use super::Search;
use crate::error::{StartError, StartErrorKind};
use crate::event::Event;
use crate::exit::ExitReason;
use crate::sync::now;

const QUEUE_LENGTH: &str = "noex.queue.length";
const HANDLER_SECONDS: &str = "noex.handler.seconds";
const SAVE_SECONDS: &str = "noex.save.seconds";
const SAVE_BYTES: &str = "noex.save.bytes";
const UNSAVED_AGE_SECONDS: &str = "noex.unsaved.age.seconds";
const RESTORES: &str = "noex.restores";
const FAILURES: &str = "noex.failures";

/// Measures how long something takes.
pub(crate) struct Stopwatch {
    since: Instant,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { since: now() }
    }

    fn seconds(&self) -> f64 {
        now().saturating_duration_since(self.since).as_secs_f64()
    }
}

/// Since when there is something to save, in milliseconds of the system's life. They wrap after 49 days, and cost a
/// server no memory.
#[derive(Clone, Copy, Default)]
pub(crate) struct Unsaved(u32);

impl Unsaved {
    pub(crate) fn since(uptime: impl FnOnce() -> Duration) -> Self {
        Self(wrapped_millis(uptime()))
    }
}

fn wrapped_millis(uptime: Duration) -> u32 {
    let millis = uptime.as_millis() & u128::from(u32::MAX);
    u32::try_from(millis).unwrap_or_default()
}

/// Tells the recorder what the names mean; telling it twice does no harm.
pub(crate) fn describe() {
    describe_histogram!(
        QUEUE_LENGTH,
        Unit::Count,
        "Messages waiting behind one that begins"
    );
    describe_histogram!(
        HANDLER_SECONDS,
        Unit::Seconds,
        "Time from the begin of a handler to its return"
    );
    describe_histogram!(
        SAVE_SECONDS,
        Unit::Seconds,
        "Time from a state leaving its server to its being durable"
    );
    describe_histogram!(SAVE_BYTES, Unit::Bytes, "Size of a record that was saved");
    describe_histogram!(
        UNSAVED_AGE_SECONDS,
        Unit::Seconds,
        "Age of the oldest unsaved change when a save begins"
    );
    describe_counter!(RESTORES, Unit::Count, "Looks for a record, by outcome");
    describe_counter!(FAILURES, Unit::Count, "Failures, by what failed");
}

/// A message begins.
pub(crate) fn begun(kind: &'static str, queued: impl FnOnce() -> u64) {
    #[expect(clippy::cast_precision_loss, reason = "no mailbox holds 2^52 messages")]
    histogram!(QUEUE_LENGTH, "kind" => kind).record(queued() as f64);
}

/// A handler has returned.
pub(crate) fn handled(kind: &'static str, clock: &Stopwatch) {
    histogram!(HANDLER_SECONDS, "kind" => kind).record(clock.seconds());
}

/// A state leaves for the store, with a change in it since `unsaved` where one is known.
pub(crate) fn sent(kind: &'static str, unsaved: Option<Unsaved>, uptime: Duration) {
    if let Some(Unsaved(since)) = unsaved {
        let age = wrapped_millis(uptime).wrapping_sub(since);
        let age = Duration::from_millis(age.into());
        histogram!(UNSAVED_AGE_SECONDS, "kind" => kind).record(age.as_secs_f64());
    }
}

/// A record is durable.
pub(crate) fn saved(kind: &'static str, clock: &Stopwatch, bytes: usize) {
    histogram!(SAVE_SECONDS, "kind" => kind).record(clock.seconds());
    #[expect(clippy::cast_precision_loss, reason = "no record has 2^52 bytes")]
    histogram!(SAVE_BYTES, "kind" => kind).record(bytes as f64);
}

/// A server that starts has looked for its record.
pub(crate) fn searched(kind: &'static str, search: Search) {
    let outcome = match search {
        Search::Found => "found",
        Search::Migrated => "migrated",
        Search::New => "new",
        Search::Expired => "expired",
        Search::Quarantined => "quarantined",
        Search::Ignored => "ignored",
    };
    counter!(RESTORES, "kind" => kind, "outcome" => outcome).increment(1);
}

/// Something has happened that may be a failure.
pub(crate) fn happened(event: &Event) {
    if let Event::StartFailed {
        server,
        error: StartError::Restore { .. },
    } = event
    {
        counter!(RESTORES, "kind" => server.kind, "outcome" => "failed").increment(1);
    }
    if let Some((kind, failure)) = failure(event) {
        counter!(FAILURES, "kind" => kind, "failure" => failure).increment(1);
    }
}

/// The kind of server that has failed, and in what.
fn failure(event: &Event) -> Option<(SharedString, &'static str)> {
    let (server, failure) = match event {
        Event::StartFailed { server, error } if !is_answer(error) => (server, "start"),
        Event::SaveFailed { server, .. } => (server, "save"),
        Event::Fenced { server, .. } => (server, "fenced"),
        Event::Crashed { server, .. } => (server, "crash"),
        Event::Parked { server, .. } => (server, "parked"),
        Event::Terminated {
            server,
            reason: ExitReason::Killed { .. },
        } => (server, "killed"),
        Event::NotCleanedUp { kind, .. } => return Some((Arc::clone(kind).into(), "cleanup")),
        _ => return None,
    };
    Some((SharedString::const_str(server.kind), failure))
}

/// Whoever asked for a key that is not there, or is there already, was told so: nothing has failed.
fn is_answer(error: &StartError) -> bool {
    matches!(
        error.kind(),
        StartErrorKind::NotStored | StartErrorKind::AlreadyStored
    )
}
