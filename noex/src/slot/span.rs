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
use super::queue::{Envelope, Item};
use crate::protocol::Protocol;
use crate::protocol::handler::ReplyOf;
use crate::protocol::reply::ReplyRoute;
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

/// A message in a mailbox whose sender is in a span, or would be in one.
pub(crate) struct Traced<S: GenServer> {
    pub(super) envelope: Envelope<S>,
    pub(super) sender: Box<Span>,
}

/// Where a message comes from. A type for each place, so that the code of one is made for it alone: that for what is not
/// traced is as if there were no spans.
pub(super) trait Origin: Copy {
    /// In whose span it was sent, if that is of interest.
    fn parent(&self) -> Option<Parent<'_>>;
}

/// It was queued while nobody listened.
#[derive(Clone, Copy)]
pub(super) struct Untraced;

/// The sender runs the handler itself.
#[derive(Clone, Copy)]
pub(super) struct Here;

/// The sender was in this span.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a>(pub(super) &'a Span);

impl Origin for Untraced {
    #[inline]
    fn parent(&self) -> Option<Parent<'_>> {
        None
    }
}

impl Origin for Here {
    #[inline]
    fn parent(&self) -> Option<Parent<'_>> {
        is_of_interest().then_some(Parent::Here)
    }
}

impl Origin for Sent<'_> {
    fn parent(&self) -> Option<Parent<'_>> {
        Some(Parent::Sender(self.0))
    }
}

/// Whether anybody listens at all.
#[inline]
pub(super) fn is_of_interest() -> bool {
    is_heard(LevelFilter::ERROR)
}

/// The span this thread is in, if anybody listens to what is done in it. To be asked without a lock: a subscriber is a
/// user's code.
#[inline]
pub(crate) fn sender() -> Option<Box<Span>> {
    if is_of_interest() { current() } else { None }
}

/// The span this thread is in, or none: for what it sets going elsewhere.
pub(crate) fn here() -> Span {
    sender().map_or_else(Span::none, |span| *span)
}

#[cold]
fn current() -> Option<Box<Span>> {
    let span = Span::current();
    let is_of_interest = !span.is_disabled() || is_heard(LevelFilter::DEBUG);
    is_of_interest.then(|| Box::new(span))
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
    /// A cast, sent from within `sender`.
    #[inline]
    pub(super) fn cast(message: S::Protocol, sender: Option<Box<Span>>) -> Self {
        match sender {
            None => Self::Cast(message),
            Some(sender) => Self::traced(message, ReplyRoute::NOWHERE, true, sender),
        }
    }

    /// Any other message, sent from within `sender`.
    #[inline]
    pub(super) fn message(
        message: S::Protocol,
        route: ReplyRoute<ReplyOf<S>>,
        by_client: bool,
        sender: Option<Box<Span>>,
    ) -> Self {
        match sender {
            None => Self::Message(Envelope {
                message,
                route,
                by_client,
            }),
            Some(sender) => Self::traced(message, route, by_client, sender),
        }
    }

    #[cold]
    fn traced(
        message: S::Protocol,
        route: ReplyRoute<ReplyOf<S>>,
        by_client: bool,
        sender: Box<Span>,
    ) -> Self {
        let envelope = Envelope {
            message,
            route,
            by_client,
        };
        Self::Traced(Box::new(Traced { envelope, sender }))
    }
}

impl<S: GenServer> Slot<S> {
    /// The span in which `message` is handled, if the thread is not in it already.
    #[cold]
    pub(super) fn handler_span(
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
        if !is_of_interest() {
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
        if !is_of_interest() {
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
