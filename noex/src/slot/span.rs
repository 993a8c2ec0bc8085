//! Spans: one around each run of a handler, each start and each save, under the span of whoever asked for it.
//!
//! The parent is named and not taken from the stack: so it is the same whether a handler runs on its caller's stack, in
//! the task that drains the mailbox, or goes on waiting in a task of its own. Where the spans of noex are not asked for,
//! the sender's own span is what a handler runs in. While nobody listens at all, a message costs one look at a number.

use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};
use tracing::span::Id;
use tracing::{Span, debug_span, dispatcher, field};

use super::Slot;
use super::core::Core;
use super::queue::Item;
use crate::protocol::Protocol;
use crate::server::GenServer;
use crate::store::Key;

/// In whose span something was asked for.
#[derive(Clone, Copy)]
pub(crate) enum Parent<'a> {
    /// In the one this thread is in: who asked does it itself.
    Here,
    /// In this one, which was left since.
    Sender(&'a Span),
    /// In none.
    Nobody,
}

/// Something in a mailbox that was sent from within a span.
pub(crate) struct Traced<S: GenServer> {
    pub(super) item: Item<S>,
    pub(super) sender: Box<Span>,
}

/// The span this thread is in, if it is in one that anybody hears of. To be asked without a lock: a subscriber is a
/// user's code.
#[inline]
pub(crate) fn sender() -> Option<Box<Span>> {
    if is_heard(LevelFilter::ERROR) {
        current()
    } else {
        None
    }
}

/// The span this thread is in, or none: for what it sets going elsewhere.
pub(crate) fn here() -> Span {
    sender().map_or_else(Span::none, |span| *span)
}

#[cold]
fn current() -> Option<Box<Span>> {
    let span = Span::current();
    (!span.is_disabled()).then(|| Box::new(span))
}

#[inline]
fn is_heard(level: LevelFilter) -> bool {
    level <= STATIC_MAX_LEVEL && level <= LevelFilter::current()
}

impl<'a> Parent<'a> {
    pub(crate) fn of(sender: Option<&'a Span>) -> Self {
        sender.map_or(Self::Nobody, Self::Sender)
    }

    /// What `make` makes of the parent's id, or the parent itself where that comes to nothing; none where this thread
    /// is in the right span already.
    fn child(self, make: impl Fn(Option<Id>) -> Span) -> Option<Span> {
        let child = is_heard(LevelFilter::DEBUG).then(|| match self {
            Self::Here => make(Span::current().id()),
            // An id means something only to the subscriber that has given it.
            Self::Sender(sender) => sender
                .with_subscriber(|(id, dispatch)| {
                    dispatcher::with_default(dispatch, || make(Some(id.clone())))
                })
                .unwrap_or_else(|| make(None)),
            Self::Nobody => make(None),
        });
        let child = child.filter(|span| !span.is_disabled());
        child.or_else(|| match self {
            Self::Sender(sender) => Some(sender.clone()),
            Self::Here | Self::Nobody => None,
        })
    }
}

impl<S: GenServer> Item<S> {
    /// The item as it is put into a mailbox from within `sender`.
    #[inline]
    pub(super) fn sent_from(self, sender: Option<Box<Span>>) -> Self {
        match sender {
            None => self,
            Some(sender) => Self::Traced(Box::new(Traced { item: self, sender })),
        }
    }
}

impl<S: GenServer> Slot<S> {
    /// The span in which `message` is handled, if the thread is not in it already.
    #[inline]
    pub(super) fn handler_span(
        &self,
        core: Option<&Core<S>>,
        message: &S::Protocol,
        parent: Parent<'_>,
    ) -> Option<Span> {
        if is_heard(LevelFilter::ERROR) {
            self.make_handler_span(core, message, parent)
        } else {
            None
        }
    }

    #[cold]
    fn make_handler_span(
        &self,
        core: Option<&Core<S>>,
        message: &S::Protocol,
        parent: Parent<'_>,
    ) -> Option<Span> {
        parent.child(|parent| {
            debug_span!(
                target: "noex",
                parent: parent,
                "noex.handle",
                server = %self.server_id(),
                key = core.and_then(|core| core.cx.key()).map(field::display),
                incarnation = core.map(Core::incarnation),
                message = message.info().name,
            )
        })
    }

    /// The span in which the incarnation comes up that whoever runs on this thread starts.
    pub(super) fn start_span(&self) -> Span {
        if !is_heard(LevelFilter::ERROR) {
            return Span::none();
        }
        let span = Parent::Here.child(|parent| {
            let persisting = self.settings.persisting.as_deref();
            let key = persisting.and_then(|it| it.key(S::KIND, self.name.as_deref()).ok());
            debug_span!(
                target: "noex",
                parent: parent,
                "noex.start",
                server = %self.server_id(),
                key = key.as_ref().map(field::display),
                incarnation = self.incarnation().wrapping_add(1),
            )
        });
        span.unwrap_or_else(here)
    }

    /// The span in which a state is encoded and written, if the thread is not in it already.
    pub(super) fn save_span(&self, key: &Key, parent: Parent<'_>) -> Option<Span> {
        if !is_heard(LevelFilter::ERROR) {
            return None;
        }
        parent.child(|parent| {
            debug_span!(
                target: "noex",
                parent: parent,
                "noex.save",
                server = %self.server_id(),
                %key,
                incarnation = self.incarnation(),
            )
        })
    }
}
