//! Which names some tokens mention.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};

/// Every name in `tokens`, at whatever depth.
pub(crate) fn names(tokens: impl IntoIterator<Item = TokenStream>) -> HashSet<String> {
    let idents = tokens.into_iter().flat_map(idents);
    idents.map(|ident| ident.to_string()).collect()
}

/// The first of `tokens` that is one of these names.
pub(crate) fn mention(tokens: TokenStream, names: &[String]) -> Option<Ident> {
    idents(tokens)
        .into_iter()
        .find(|ident| names.iter().any(|name| ident == name))
}

fn idents(tokens: TokenStream) -> Vec<Ident> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => found.push(ident),
            TokenTree::Group(group) => found.extend(idents(group.stream())),
            _ => {}
        }
    }
    found
}
