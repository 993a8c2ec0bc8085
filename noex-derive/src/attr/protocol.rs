//! `#[protocol(..)]` on a message enum, and the marks `#[call]`, `#[cast]` and `#[info]` on its variants.

use proc_macro2::TokenStream;
use syn::{Attribute, Ident, LitStr, Meta, Type, parse_quote};

use super::{Crate, named, parse_crate};
use crate::errors::{Errors, Message};
use crate::model::protocol::Kind;
use crate::options::{Once, Place, parse_options};

/// The options of a protocol as they were written.
#[derive(Default)]
pub(crate) struct ProtocolAttr {
    pub(crate) client: Once<Ident>,
    pub(crate) krate: Crate,
}

/// Reads all `#[protocol(..)]` among `attributes`.
pub(crate) fn parse_protocol(attributes: &[Attribute], errors: &Errors) -> ProtocolAttr {
    let mut found = ProtocolAttr::default();
    for attribute in named(attributes, "protocol") {
        parse_options(attribute, Place::Protocol, errors, |entry| {
            match entry.name().as_str() {
                // #[protocol(client = CounterClient)]
                "client" => entry.set(&mut found.client, entry.parsed("the name of the client")),
                // #[protocol(crate = "path")]
                "crate" => parse_crate(entry, &mut found.krate),
                _ => Ok(false),
            }
        });
    }
    found
}

/// The attributes that say how a message is sent.
pub(crate) const MARKS: &[&str] = &["call", "cast", "info"];

/// Reads the mark of the variant `message`.
pub(crate) fn parse_mark(attributes: &[Attribute], message: &Ident, errors: &Errors) -> Kind {
    let mut marks = attributes.iter().filter(|attribute| is_mark(attribute));
    let Some(mark) = marks.next() else {
        errors.push(
            Message::at(
                message,
                format!("message `{message}` is neither a call nor a cast"),
            )
            .help("mark it `#[call(Reply)]`, `#[cast]` or `#[info]`"),
        );
        return Kind::Unknown;
    };
    if let Some(second) = marks.next() {
        errors.push(
            Message::at(&second.meta, format!("message `{message}` has two marks"))
                .help("keep one of `#[call(Reply)]`, `#[cast]` and `#[info]`"),
        );
        return Kind::Unknown;
    }
    errors.keep(parse_kind(&mark.meta)).unwrap_or(Kind::Unknown)
}

/// Whether `attribute` says how a message is sent.
pub(crate) fn is_mark(attribute: &Attribute) -> bool {
    MARKS.iter().any(|mark| attribute.path().is_ident(mark))
}

fn parse_kind(mark: &Meta) -> Result<Kind, Message> {
    match mark {
        // #[call], #[call(i64)]
        mark if mark.path().is_ident("call") => parse_reply(mark).map(Kind::Call),
        // #[cast]
        Meta::Path(path) if path.is_ident("cast") => Ok(Kind::Cast),
        // #[info]
        Meta::Path(path) if path.is_ident("info") => Ok(Kind::Info),
        other => {
            let name = other
                .path()
                .get_ident()
                .map(ToString::to_string)
                .unwrap_or_default();
            Err(
                Message::at(other, format!("`#[{name}]` takes no reply type"))
                    .help("a message that is answered is marked `#[call(Reply)]`"),
            )
        }
    }
}

fn parse_reply(mark: &Meta) -> Result<Type, Message> {
    match mark {
        Meta::Path(_) => Ok(parse_quote!(())),
        Meta::List(list) if list.tokens.is_empty() => Ok(parse_quote!(())),
        Meta::List(list) => match syn::parse2::<Type>(list.tokens.clone()) {
            Ok(Type::Path(path)) if path.path.is_ident("durable") => {
                Err(not_an_option(&list.tokens))
            }
            Ok(ty) => Ok(ty),
            Err(error) => Err(reply_fault(&error, &list.tokens)),
        },
        Meta::NameValue(pair) => Err(Message::at(
            &pair.value,
            "`#[call]` takes the reply type in parentheses",
        )
        .help("write it as in `#[call(i64)]`")),
    }
}

fn not_an_option(tokens: &TokenStream) -> Message {
    Message::at(tokens, format!("unknown `call` option `{tokens}`"))
        .note("`#[call(T)]` takes the type of the reply and nothing else")
}

fn reply_fault(error: &syn::Error, tokens: &TokenStream) -> Message {
    let message = match syn::parse2::<LitStr>(tokens.clone()) {
        Ok(text) => Message::at(&text, "`#[call]` takes the reply type itself, not a string"),
        Err(_) => Message::at_span(error.span(), "`#[call]` takes one type, that of the reply"),
    };
    message.help("write it as in `#[call(i64)]`, or `#[call]` for `()`")
}
