//! Where the compiler reports what it finds in expanded code: at the user's tokens, all of an expression at one.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The place of the first of `tokens`.
pub(crate) fn place(tokens: &impl ToTokens) -> Span {
    let first = tokens.to_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |token| token.span())
}

/// `tokens` at `place`, all of them.
pub(crate) fn at(place: Span, tokens: &impl ToTokens) -> TokenStream {
    let moved = tokens.to_token_stream().into_iter().map(|mut token| {
        if let proc_macro2::TokenTree::Group(group) = &token {
            let inner = at(place, &group.stream());
            token = proc_macro2::Group::new(group.delimiter(), inner).into();
        }
        token.set_span(place);
        token
    });
    moved.collect()
}
