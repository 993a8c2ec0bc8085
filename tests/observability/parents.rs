//! A handler runs under the span of whoever sent its message, wherever it runs.

use noex::prelude::*;
use noex::testing::Gate;
use tracing::level_filters::LevelFilter;
use tracing::{Instrument as _, info_span};

use super::journal::{Journal, Said, Span};
use super::{Scout, ScoutClient, system};

/// A scout that runs handlers where their callers stand, or never does; what its start has said is forgotten.
async fn scout(journal: &Journal, inline: bool) -> ScoutClient {
    let spec = Scout::spec(Scout::default).name("a").inline(inline);
    let system = system(MemoryAdapter::new());
    let scout = system.start(spec).await.expect("it starts");
    journal.said();
    scout
}

fn said(within: &str, in_task: bool) -> Said {
    let within = within.to_owned();
    Said { within, in_task }
}

// A handler on its caller's stack has a span of its own, in the caller's
#[tokio::test(start_paused = true)]
async fn a_handler_on_its_callers_stack_is_in_the_callers_span() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let scout = scout(&journal, true).await;
    let asked = scout.look().instrument(info_span!("request"));
    assert_eq!(asked.await, Ok(1));
    let within = "noex.handle(Look) in request";
    assert_eq!(journal.said(), [said(within, false)]);
    assert!(tracing::Span::current().is_none(), "it was left again");
}

// A handler in the task that drains the mailbox has the same span with the same parent
#[tokio::test(start_paused = true)]
async fn a_handler_in_a_task_is_in_the_span_of_its_caller() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let scout = scout(&journal, false).await;
    let asked = scout.look().instrument(info_span!("request"));
    assert_eq!(asked.await, Ok(1));
    let within = "noex.handle(Look) in request";
    assert_eq!(journal.said(), [said(within, true)]);
}

// A handler that waits is in its span at each poll, whether it began on its caller's stack or in a task
#[tokio::test(start_paused = true)]
async fn a_handler_that_waits_stays_in_the_span_of_its_caller() {
    for inline in [true, false] {
        let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
        let (scout, gate) = (scout(&journal, inline).await, Gate::new());
        let asked = scout.stay(gate.clone()).instrument(info_span!("request"));
        let opened = async {
            gate.has_waiting(1).await;
            gate.open();
        };
        assert_eq!(tokio::join!(asked, opened).0, Ok(()));
        let within = "noex.handle(Stay) in request";
        assert_eq!(
            journal.said(),
            [said(within, !inline), said(within, true)],
            "inline: {inline}"
        );
        assert_eq!(journal.spans("noex.handle").len(), 1);
    }
}

// A cast is handled under the span in which it was sent, though that was left since
#[tokio::test(start_paused = true)]
async fn a_cast_is_handled_in_the_span_of_its_sender() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let scout = scout(&journal, true).await;
    info_span!("first").in_scope(|| scout.glance().try_send().expect("there is room"));
    info_span!("second").in_scope(|| scout.glance().try_send().expect("there is room"));
    scout.glance().try_send().expect("there is room");
    assert_eq!(scout.look().await, Ok(1));
    let expected = [
        said("noex.handle(Glance) in first", true),
        said("noex.handle(Glance) in second", true),
        said("noex.handle(Glance)", true),
        said("noex.handle(Look)", true),
    ];
    assert_eq!(journal.said(), expected);
}

// What waits for room in a full mailbox keeps its sender's span
#[tokio::test(start_paused = true)]
async fn a_message_that_waited_for_room_is_in_the_span_of_its_sender() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let spec = Scout::spec(Scout::default).name("a").mailbox(1);
    let system = system(MemoryAdapter::new());
    let scout = system.start(spec).await.expect("it starts");
    let gate = Gate::new();
    let stayed = tokio::spawn(scout.stay(gate.clone()).owned());
    gate.has_waiting(1).await;
    journal.said();
    let cast = |name| async { scout.glance().await }.instrument(name);
    let asked = scout.look().instrument(info_span!("third"));
    let opened = async { gate.open() };
    let (first, second, asked, ()) = tokio::join!(
        cast(info_span!("first")),
        cast(info_span!("second")),
        asked,
        opened
    );
    (first.and(second)).expect("they are sent");
    assert_eq!(asked, Ok(1));
    stayed.await.expect("no panic").expect("it answers");
    let expected = [
        said("noex.handle(Stay)", true),
        said("noex.handle(Glance) in first", true),
        said("noex.handle(Glance) in second", true),
        said("noex.handle(Look) in third", true),
    ];
    assert_eq!(journal.said(), expected);
}

// What a handler sends is handled under the handler's span
#[tokio::test(start_paused = true)]
async fn what_a_handler_sends_is_handled_under_its_span() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let scout = scout(&journal, true).await;
    let asked = scout.turn().instrument(info_span!("request"));
    asked.await.expect("it answers");
    scout.look().await.expect("it answers");
    let expected = [
        said("noex.handle(Turned) in noex.handle(Turn) in request", true),
        said("noex.handle(Look)", true),
    ];
    assert_eq!(journal.said(), expected);
}

// The span names the server, its key, its incarnation and the message
#[tokio::test(start_paused = true)]
async fn the_span_says_which_server_handles_what() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let scout = scout(&journal, true).await;
    scout.look().await.expect("it answers");
    let fields = [
        ("incarnation", "1"),
        ("key", "a"),
        ("message", "Look"),
        ("server", "Scout `a`"),
    ];
    let expected = Span {
        name: "noex.handle",
        within: String::new(),
        fields: fields.map(|(name, value)| (name, value.to_owned())).into(),
    };
    assert_eq!(journal.spans("noex.handle"), [expected]);
}

// Where the spans of noex are not asked for, a handler is in its sender's own span, wherever it runs
#[tokio::test(start_paused = true)]
async fn at_a_coarser_level_a_handler_is_in_its_senders_span() {
    for inline in [true, false] {
        let (journal, _guard) = Journal::begin(LevelFilter::INFO);
        let (scout, gate) = (scout(&journal, inline).await, Gate::new());
        let asked = async {
            scout.glance().await.expect("it is sent");
            scout.look().await.expect("it answers");
            scout.stay(gate.clone()).await.expect("it answers");
        };
        let opened = async {
            gate.has_waiting(1).await;
            gate.open();
        };
        tokio::join!(asked.instrument(info_span!("request")), opened);
        let within: Vec<_> = journal.said().into_iter().map(|said| said.within).collect();
        assert_eq!(within, ["request"; 4], "inline: {inline}");
        assert_eq!(journal.spans("noex.handle"), []);
    }
}

// A subscriber of one thread hears of a handler that runs on another, under the right parent
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_handler_on_another_thread_is_in_the_span_of_its_caller() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let scout = scout(&journal, false).await;
    let asked = scout.look().instrument(info_span!("request"));
    assert_eq!(asked.await, Ok(1));
    let handled = journal.spans("noex.handle");
    let within: Vec<_> = handled.iter().map(|span| span.within.as_str()).collect();
    assert_eq!(within, ["request"]);
}
