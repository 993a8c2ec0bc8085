//! What a program's life looks like in the log.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::sync::Once;

use noex::prelude::*;
use noex::{Application, WhyEnded};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::till::{Does, Shop};

thread_local! {
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Writes down what a thread logs at `info` and above, once it has begun to.
///
/// There is one for the whole process: one that comes and goes may miss what other threads have logged before it.
struct Log;

impl Log {
    fn begin() {
        static SET: Once = Once::new();
        SET.call_once(|| {
            tracing::subscriber::set_global_default(Self).expect("there is no other one");
        });
        LINES.set(Some(Vec::new()));
    }

    fn end() -> Vec<String> {
        LINES.take().expect("it was begun")
    }
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
        written.expect("a string takes it");
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO && metadata.is_event()
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let level = event.metadata().level();
        let text = format!("{level} {}{}", line.message, line.fields);
        LINES.with_borrow_mut(|lines| lines.as_mut().map(|lines| lines.push(text)));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

// R3: the order of the start and of the end is in the log
#[tokio::test]
async fn starts_and_stops_are_logged_in_their_order() {
    Log::begin();
    let shop = Shop::default();
    let tree = Supervisor::one_for_one("tree")
        .child(shop.till("a"))
        .child(shop.till("b"));
    let app = Application::new(System::new(MemoryAdapter::new()))
        .supervise(shop.tree("first"))
        .supervise(tree)
        .serve(|_| async { Ok::<_, noex::Error>(()) });

    let report = app.run().await;

    assert!(report.is_saved());
    let lines = Log::end();
    assert_eq!(
        lines,
        [
            r#"INFO starting supervisor="first""#,
            "INFO starting supervisor=first child=Till `first`",
            r#"INFO started supervisor="first""#,
            r#"INFO starting supervisor="tree""#,
            "INFO starting supervisor=tree child=Till `a`",
            "INFO starting supervisor=tree child=Till `b`",
            r#"INFO started supervisor="tree""#,
            "INFO the application is up",
            "INFO the application is stopping reason=ended, since what it served has ended",
            r#"INFO stopping supervisor="tree""#,
            "INFO stopping supervisor=tree child=Till `b`",
            "INFO stopping supervisor=tree child=Till `a`",
            r#"INFO stopping supervisor="first""#,
            "INFO stopping supervisor=first child=Till `first`",
            "INFO the application has ended stopped=3 saved=true",
        ]
    );
}

// R3: a failed start is in the log with its cause, and so is what is stopped again
#[tokio::test]
async fn a_failed_start_is_logged_with_its_cause() {
    Log::begin();
    let shop = Shop::default();
    shop.starts("b", Does::Fail);
    let tree = Supervisor::one_for_one("tree")
        .child(shop.till("a"))
        .child(shop.till("b"));

    let report = Application::new(System::new(MemoryAdapter::new()))
        .supervise(tree)
        .run()
        .await;

    assert!(matches!(report.why, WhyEnded::NotStarted { .. }));
    let lines = Log::end();
    let error = lines
        .iter()
        .position(|line| line.starts_with("ERROR did not start, so the children before it"));
    let rest = &lines[error.expect("it is logged")..];
    assert!(rest[0].contains("child=Till `b`"), "{}", rest[0]);
    assert!(rest[0].contains("the drawer is stuck"), "{}", rest[0]);
    let stopped = "INFO stopping supervisor=tree child=Till `a`";
    assert!(rest.iter().any(|line| line == stopped), "{rest:#?}");
    let told = "ERROR did not start, so the supervisors before it are stopped again";
    assert!(rest.iter().any(|line| line.starts_with(told)), "{rest:#?}");
}
