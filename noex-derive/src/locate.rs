//! Where mistakes are reported: at the user's tokens, what the compiler finds in an expanded expression at one.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Item;

/// The place of the first of `tokens`.
pub(crate) fn place(tokens: &impl ToTokens) -> Span {
    let first = tokens.to_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |token| token.span())
}

/// `tokens` at `place`, all of them.
pub(crate) fn at(place: Span, tokens: &impl ToTokens) -> TokenStream {
    moved(tokens, &|_| place)
}

/// The same for what binds names, which stay what they are: in a `macro_rules` the place may be of another context, in
/// which what follows would not find them.
pub(crate) fn names_at(place: Span, tokens: &impl ToTokens) -> TokenStream {
    moved(tokens, &|token| match token {
        TokenTree::Ident(name) if is_bound(name) => place.resolved_at(name.span()),
        _ => place,
    })
}

/// Whether a name of generated code is that of a value: `self`, `__cx`.
fn is_bound(name: &Ident) -> bool {
    let name = name.to_string();
    name == "self" || (name != "__private" && name.starts_with("__"))
}

fn moved(tokens: &impl ToTokens, to: &impl Fn(&TokenTree) -> Span) -> TokenStream {
    let moved = tokens.to_token_stream().into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            let inner = moved(&group.stream(), to);
            token = Group::new(group.delimiter(), inner).into();
        }
        let place = to(&token);
        token.set_span(place);
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
