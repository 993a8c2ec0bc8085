//! How the options inside an attribute are read: one after the other, each mistake reported, the rest still read.
//!
//! How the value of one is read stands in [`entry`], which there are in [`place`], what each means in `attr`.

mod entry;
mod place;
mod synonym;

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Ident, Meta, Token};

pub(crate) use entry::Entry;
#[cfg(test)]
pub(crate) use place::OPTIONS;
pub(crate) use place::Place;
#[cfg(test)]
pub(crate) use synonym::SYNONYMS;

use crate::errors::{Errors, Message};

/// A value with the name of the option it was given by.
#[derive(Clone)]
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// An option that can be given once.
pub(crate) type Once<T> = Option<Given<T>>;

/// Reads the options of `attribute`, each with `read`, which answers `false` for a name it does not know.
pub(crate) fn parse_options(
    attribute: &Attribute,
    place: Place,
    errors: &Errors,
    read: impl FnMut(&Entry<'_>) -> Result<bool, Message>,
) {
    match &attribute.meta {
        Meta::Path(_) => {}
        Meta::List(list) => parse_list(list.tokens.clone(), place, errors, read),
        Meta::NameValue(pair) => errors.push(
            Message::at(
                pair,
                format!("`{}` has a list of options", place.attribute()),
            )
            .help(format!("write `#[{}(..)]`", place.attribute())),
        ),
    }
}

/// Reads `name`, `name = value` and `name(..)`, separated by commas.
pub(crate) fn parse_list(
    tokens: TokenStream,
    place: Place,
    errors: &Errors,
    mut read: impl FnMut(&Entry<'_>) -> Result<bool, Message>,
) {
    let reading = |input: ParseStream<'_>| {
        while !input.is_empty() {
            errors.keep(parse_entry(input, place, errors, &mut read));
            skip_to_comma(input);
        }
        Ok(())
    };
    if let Err(error) = reading.parse2(tokens) {
        errors.push(error);
    }
}

fn parse_entry(
    input: ParseStream<'_>,
    place: Place,
    errors: &Errors,
    read: &mut impl FnMut(&Entry<'_>) -> Result<bool, Message>,
) -> Result<(), Message> {
    let key = input.call(Ident::parse_any).map_err(|error| {
        Message::at_span(error.span(), "expected the name of an option")
            .note(format!("the options are {}", place.listed()))
    })?;
    let entry = Entry::new(key, place, input, errors);
    let before = errors.count();
    if !read(&entry)? {
        return Err(place.unknown(&entry.key, entry.written()));
    }
    if errors.count() > before || input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    let rest: TokenTree = input.parse()?;
    Err(Message::at(
        &rest,
        format!("unexpected `{rest}` after option `{}`", entry.key),
    )
    .help("separate options by commas"))
}

/// Passes over what is left of a faulty option, and over the comma after it.
fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
    let _ = input.parse::<Option<Token![,]>>();
}
