//! A layer that writes down which spans there were, and in which of them somebody spoke.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};

/// What is said by whoever wants to be found.
pub(crate) const SAID: &str = "here I am";

/// The interest in a place in the code is kept for all subscribers together: with several at once a test could miss
/// what is there for another.
static ALONE: Mutex<()> = Mutex::new(());

/// No other test goes on as long as this is there. Each has a thread of its own, which may wait for that.
pub(crate) struct Alone {
    _turn: MutexGuard<'static, ()>,
}

/// Waits until no other test goes on.
pub(crate) fn alone() -> Alone {
    let turn = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    Alone { _turn: turn }
}

/// Written down is what this thread does as long as this is there.
pub(crate) struct Writing {
    _subscribed: DefaultGuard,
    _alone: Alone,
}

type Fields = BTreeMap<&'static str, String>;

/// What was written down; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Journal {
    pages: Arc<Mutex<Pages>>,
}

#[derive(Default)]
struct Pages {
    spans: Vec<Span>,
    said: Vec<Said>,
}

/// A span that was opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) name: &'static str,
    /// The spans around it, the nearest first.
    pub(crate) within: String,
    pub(crate) fields: Fields,
}

/// Where somebody was who spoke.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    /// The spans around it, the nearest first.
    pub(crate) within: String,
    pub(crate) in_task: bool,
}

impl Journal {
    /// Writes down what this thread does at `level` and above, until the guard is dropped.
    pub(crate) fn begin(level: LevelFilter) -> (Self, Writing) {
        let alone = alone();
        let journal = Self::default();
        let subscriber = Registry::default().with(level).with(journal.clone());
        let subscribed = tracing::subscriber::set_default(subscriber);
        let writing = Writing {
            _subscribed: subscribed,
            _alone: alone,
        };
        (journal, writing)
    }

    /// The spans of that name.
    pub(crate) fn spans(&self, name: &str) -> Vec<Span> {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let named = pages.spans.iter().filter(|span| span.name == name);
        named.cloned().collect()
    }

    /// Where somebody has spoken since this was last asked.
    pub(crate) fn said(&self) -> Vec<Said> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut pages.said)
    }

    fn write(&self, what: impl FnOnce(&mut Pages)) {
        what(&mut self.pages.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Journal {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Written::default();
        attributes.record(&mut fields);
        let span = context.span(id).expect("it is new");
        span.extensions_mut().insert(fields.0.clone());
        let span = Span {
            name: span.name(),
            within: path(span.scope().skip(1)),
            fields: fields.0,
        };
        self.write(|pages| pages.spans.push(span));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Written::default();
        event.record(&mut fields);
        if fields.0.get("message").is_some_and(|said| said == SAID) {
            let said = Said {
                within: context.event_scope(event).map(path).unwrap_or_default(),
                in_task: fields.0.get("in_task").is_some_and(|it| it == "true"),
            };
            self.write(|pages| pages.said.push(said));
        }
    }
}

/// The names of spans, the nearest first, with the message where there is one.
fn path<'a, S: LookupSpan<'a> + 'a>(spans: impl Iterator<Item = SpanRef<'a, S>>) -> String {
    let mut path = String::new();
    for span in spans {
        let separator = if path.is_empty() { "" } else { " in " };
        let _ = write!(path, "{separator}{}", span.name());
        let extensions = span.extensions();
        if let Some(message) = extensions.get::<Fields>().and_then(|it| it.get("message")) {
            let _ = write!(path, "({message})");
        }
    }
    path
}

#[derive(Default)]
struct Written(Fields);

impl Visit for Written {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
