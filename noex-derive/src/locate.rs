//! Where mistakes are reported: at the user's tokens, what the compiler finds in an expanded expression at one.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Item;

/// The place of the first of `tokens`.
pub(crate) fn place(tokens: &impl ToTokens) -> Span {
    let first = tokens.to_token_stream().into_iter().next();
    here(first.map_or_else(Span::call_site, |token| token.span()))
}

/// The place of `span`, for names of ours: in a `macro_rules` a span of the user's may be of another context, in which
/// `self` and what we have bound are unknown.
pub(crate) fn here(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}

/// `tokens` at `place`, all of them. Names stay what they are: in a `macro_rules` the place may be of another context.
pub(crate) fn at(place: Span, tokens: &impl ToTokens) -> TokenStream {
    let moved = tokens.to_token_stream().into_iter().map(|mut token| {
        if let proc_macro2::TokenTree::Group(group) = &token {
            let inner = at(place, &group.stream());
            token = proc_macro2::Group::new(group.delimiter(), inner).into();
        }
        token.set_span(place.resolved_at(token.span()));
        token
    });
    moved.collect()
}

/// The name of an item, or all of it where it has none.
pub(crate) fn item_name(item: &Item) -> TokenStream {
    match item {
        Item::Const(item) => item.ident.to_token_stream(),
        Item::Enum(item) => item.ident.to_token_stream(),
        Item::Fn(item) => item.sig.ident.to_token_stream(),
        Item::Mod(item) => item.ident.to_token_stream(),
        Item::Static(item) => item.ident.to_token_stream(),
        Item::Struct(item) => item.ident.to_token_stream(),
        Item::Trait(item) => item.ident.to_token_stream(),
        Item::Type(item) => item.ident.to_token_stream(),
        Item::Union(item) => item.ident.to_token_stream(),
        other => other.to_token_stream(),
    }
}
