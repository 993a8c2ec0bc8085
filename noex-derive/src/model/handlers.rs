//! What the macros know of an impl block with `#[handlers(M)]`.

use proc_macro2::Span;
use syn::{Attribute, Generics, Ident, Path, Type};

/// The handlers of one protocol.
pub(crate) struct Handlers {
    pub(crate) krate: Path,
    pub(crate) protocol: Type,
    pub(crate) state: Type,
    pub(crate) generics: Generics,
    pub(crate) methods: Vec<Method>,
    /// Methods whose mistakes have been reported.
    pub(crate) faulty: Vec<(Vec<Attribute>, Ident)>,
}

/// One handler.
pub(crate) struct Method {
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) ident: Ident,
    /// Whether it takes `&mut self`.
    pub(crate) writes: bool,
    pub(crate) waits: bool,
    pub(crate) arguments: Vec<Argument>,
    /// The place of its `ReplyTo<T>`, if it answers later.
    pub(crate) reply_to: Option<Span>,
    /// The place of its `cx`, if it takes one.
    pub(crate) context: Option<Span>,
    /// The place of its return type, or of its name where it has none.
    pub(crate) answer: Span,
}

/// An argument that is a field of the message.
pub(crate) struct Argument {
    /// Its name, or `None` for `_`.
    pub(crate) name: Option<Ident>,
    /// The place of its type.
    pub(crate) place: Span,
}
