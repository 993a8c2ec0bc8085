//! A type in its own fields, as in `Option<Box<Tree>>`: its shape cannot hold itself, so that a marker stands there.

use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

/// Whether `ty` mentions the type `ident` or `Self`.
pub(crate) fn mentions_itself(ty: &Type, ident: &Ident) -> bool {
    let mut found = false;
    replace(ty.to_token_stream(), ident, &mut |_| {
        found = true;
        TokenStream::new()
    });
    found
}

/// `ty` with the ident `marker` for every mention of the type `ident` or `Self`, with its parameters.
pub(crate) fn replace_itself(ty: &Type, ident: &Ident, marker: &str) -> TokenStream {
    replace(ty.to_token_stream(), ident, &mut |found| {
        Ident::new(marker, found.span()).into_token_stream()
    })
}

fn replace(
    tokens: TokenStream,
    ident: &Ident,
    marker: &mut impl FnMut(&Ident) -> TokenStream,
) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut replaced = TokenStream::new();
    let mut is_inside_path = false;
    while let Some(token) = tokens.next() {
        let follows_path = std::mem::replace(&mut is_inside_path, is_punct(Some(&token), ':'));
        match token {
            TokenTree::Ident(found) if !follows_path && is_itself(&found, ident) => {
                let rest = skip_parameters(&mut tokens);
                // `Self::Item` is another type.
                if rest.goes_on {
                    replaced.extend([TokenTree::Ident(found)]);
                    replaced.extend(rest.passed);
                } else {
                    replaced.extend(marker(&found));
                }
            }
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), replace(group.stream(), ident, marker));
                inner.set_span(group.span());
                replaced.extend([TokenTree::Group(inner)]);
            }
            other => replaced.extend([other]),
        }
    }
    replaced
}

fn is_itself(found: &Ident, ident: &Ident) -> bool {
    found == ident || found == "Self"
}

/// What stands behind a type's name.
struct Rest {
    passed: Vec<TokenTree>,
    /// Whether the path has further segments.
    goes_on: bool,
}

/// Passes over `<..>` or `::<..>`.
fn skip_parameters(tokens: &mut Peekable<IntoIter>) -> Rest {
    let mut passed = Vec::new();
    while is_punct(tokens.peek(), ':') {
        passed.extend(tokens.next());
    }
    if !is_punct(tokens.peek(), '<') {
        let goes_on = !passed.is_empty();
        return Rest { passed, goes_on };
    }
    let mut depth = 0_usize;
    let mut is_arrow = false;
    for token in tokens.by_ref() {
        if is_punct(Some(&token), '<') {
            depth += 1;
        } else if is_punct(Some(&token), '>') && !is_arrow {
            depth = depth.saturating_sub(1);
        }
        is_arrow = is_punct(Some(&token), '-');
        passed.push(token);
        if depth == 0 {
            break;
        }
    }
    Rest {
        goes_on: is_punct(tokens.peek(), ':'),
        passed,
    }
}

fn is_punct(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

#[cfg(test)]
mod tests;
