//! What the macros know of a message enum.

use syn::{Attribute, Generics, Ident, Path, Type, Visibility};

use super::Style;

/// An enum with `#[derive(Protocol)]`.
pub(crate) struct Protocol {
    pub(crate) krate: Path,
    pub(crate) visibility: Visibility,
    pub(crate) ident: Ident,
    /// With the bounds that every message needs.
    pub(crate) generics: Generics,
    pub(crate) client: Ident,
    pub(crate) messages: Vec<Message>,
}

/// One variant.
pub(crate) struct Message {
    /// What the client's method shows of the variant: its documentation and deprecation.
    pub(crate) shown: Vec<Attribute>,
    pub(crate) ident: Ident,
    /// `None` where it is faulty: then no client sends the message and no handler is asked for it.
    pub(crate) method: Option<Ident>,
    pub(crate) kind: Kind,
    pub(crate) style: Style,
    pub(crate) fields: Vec<MessageField>,
}

pub(crate) struct MessageField {
    pub(crate) name: Option<Ident>,
    pub(crate) ty: Type,
    /// What it lets its holder answer, where it is a bare `ReplyTo`: reported, and left out of the table.
    pub(crate) answers: Option<Type>,
}

/// How a message is sent.
pub(crate) enum Kind {
    /// `#[call]`, `#[call(T)]`
    Call(Type),
    /// `#[cast]`
    Cast,
    /// `#[info]`
    Info,
    /// Its mark is missing or faulty: a client's call that no handler can answer wrongly.
    Unknown,
}

impl Message {
    /// What a handler is seen to answer later, where the message wrongly carries a bare `ReplyTo`.
    pub(crate) fn misplaced_reply(&self) -> Option<&Type> {
        self.fields
            .iter()
            .rev()
            .find_map(|field| field.answers.as_ref())
    }

    pub(crate) fn is_call(&self) -> bool {
        matches!(self.kind, Kind::Call(_) | Kind::Unknown)
    }
}
