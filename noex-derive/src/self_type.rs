//! `Self` in tokens that move to another place, replaced by the type it meant.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::parse::Parse;

/// `code` with every `Self` replaced by `path`, which is written with a turbofish.
pub(crate) fn replace_self<T: ToTokens + Parse>(code: &T, path: &TokenStream) -> T {
    let tokens = code.to_token_stream();
    match syn::parse2(replace(tokens.clone(), path)).or_else(|_| syn::parse2(tokens)) {
        Ok(replaced) => replaced,
        Err(_) => unreachable!("what was parsed once can be parsed again"),
    }
}

fn replace(tokens: TokenStream, path: &TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut replaced = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let path = respan(path.clone(), ident.span());
                let qualifies =
                    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                replaced.extend(if qualifies {
                    quote_spanned!(ident.span()=> <#path>)
                } else {
                    path
                });
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replace(group.stream(), path));
                inner.set_span(group.span());
                replaced.extend([TokenTree::Group(inner)]);
            }
            other => replaced.extend([other]),
        }
    }
    replaced
}

fn respan(tokens: TokenStream, span: proc_macro2::Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}

#[cfg(test)]
mod tests;
