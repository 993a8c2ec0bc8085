//! The collector of mistakes: every stage adds to it, so that one build reports them all.
//!
//! A collector that nobody looked at panics when it is dropped: a mistake cannot be lost on the way.

use std::cell::{Cell, RefCell};
use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Type, parse_quote};

/// The mistakes found so far.
pub(crate) struct Errors {
    found: RefCell<Option<Vec<Message>>>,
    left_to_compiler: Cell<bool>,
}

/// One mistake: a fact about the tokens it is found at, then help, then notes.
pub(crate) struct Message {
    place: TokenStream,
    text: String,
}

/// Mistakes as the compiler is told of them, one `compile_error!` each.
pub(crate) struct Reports(Vec<TokenStream>);

impl Errors {
    pub(crate) fn new() -> Self {
        Self {
            found: RefCell::new(Some(Vec::new())),
            left_to_compiler: Cell::new(false),
        }
    }

    /// Notes a mistake that the compiler reports by itself.
    pub(crate) fn leave_to_compiler(&self) {
        self.left_to_compiler.set(true);
    }

    /// Adds a mistake.
    pub(crate) fn push(&self, message: impl Into<Message>) {
        self.found
            .borrow_mut()
            .get_or_insert_default()
            .push(message.into());
    }

    /// Adds the mistake of a failed step, and goes on without its result.
    pub(crate) fn keep<T>(&self, result: Result<T, Message>) -> Option<T> {
        result.map_err(|message| self.push(message)).ok()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.found.borrow().as_ref().map_or(0, Vec::len)
    }

    /// The mistakes as `compile_error!` calls, or `None` where there are none.
    pub(crate) fn finish(self) -> Option<Reports> {
        let found = self.found.take().unwrap_or_default();
        let is_faulty = self.left_to_compiler.get() || !found.is_empty();
        is_faulty.then(|| Reports(found.iter().map(Message::expand).collect()))
    }
}

impl Reports {
    /// Takes one of them to stand where a type has to: the compiler says nothing more of what uses that type.
    ///
    /// It is the length of an array, since `compile_error!` alone is read as the type `()`.
    pub(crate) fn take_type(&mut self) -> Option<Type> {
        let report = self.0.pop()?;
        Some(parse_quote!([(); #report]))
    }
}

impl ToTokens for Reports {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        let unseen = self.found.get_mut().is_some();
        assert!(
            !unseen || std::thread::panicking(),
            "the collected errors were not looked at"
        );
    }
}

impl Message {
    /// States `fact` about `tokens`.
    pub(crate) fn at(tokens: impl ToTokens, fact: impl Display) -> Self {
        Self {
            place: tokens.into_token_stream(),
            text: fact.to_string(),
        }
    }

    /// States `fact` about the code at `span`.
    pub(crate) fn at_span(span: Span, fact: impl Display) -> Self {
        Self::at(quote_spanned!(span=> _), fact)
    }

    /// Adds text that can be typed.
    pub(crate) fn help(self, text: impl Display) -> Self {
        self.line("help", &text)
    }

    /// Adds what is good to know.
    pub(crate) fn note(self, text: impl Display) -> Self {
        self.line("note", &text)
    }

    fn line(mut self, label: &str, text: &dyn Display) -> Self {
        for part in ["\n", label, ": ", &text.to_string()] {
            self.text.push_str(part);
        }
        self
    }

    fn expand(&self) -> TokenStream {
        syn::Error::new_spanned(&self.place, &self.text).to_compile_error()
    }
}

impl From<syn::Error> for Message {
    fn from(error: syn::Error) -> Self {
        Self::at_span(error.span(), error)
    }
}

#[cfg(test)]
mod tests;
