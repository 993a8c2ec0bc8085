//! What the attributes say, option by option, before anything is checked across options.

pub(crate) mod field;
pub(crate) mod persist;
pub(crate) mod protocol;
pub(crate) mod serde;
pub(crate) mod server;

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, LitInt, LitStr, Path, Token, Type};

use crate::errors::{Errors, Message};
use crate::options::{Entry, Once, Place, parse_options};

/// `crate = "path"`: where noex is found.
pub(crate) type Crate = Once<Path>;

/// Reads `crate = "path"`.
pub(crate) fn parse_crate(entry: &Entry<'_>, slot: &mut Crate) -> Result<bool, Message> {
    entry.set(slot, entry.quoted("a path"))
}

/// The path of noex, as generated code names it.
pub(crate) fn crate_path(given: &Crate) -> Path {
    given
        .as_ref()
        .map_or_else(|| syn::parse_quote!(::noex), |given| given.value.clone())
}

/// The options of an old version as they were written.
#[derive(Default)]
pub(crate) struct OldVersionAttr {
    pub(crate) krate: Crate,
    pub(crate) kind: Once<LitStr>,
    pub(crate) shape: Once<LitInt>,
}

/// Reads all `#[persist(..)]` among the attributes of an old version.
pub(crate) fn parse_old_version(attributes: &[Attribute], errors: &Errors) -> OldVersionAttr {
    let mut found = OldVersionAttr::default();
    for attribute in named(attributes, "persist") {
        parse_options(attribute, Place::OldVersion, errors, |entry| {
            match entry.name().as_str() {
                // #[persist(crate = "path")]
                "crate" => parse_crate(entry, &mut found.krate),
                // #[persist(kind = "orders")]
                "kind" => entry.set(&mut found.kind, entry.string()),
                // #[persist(shape = 0x9f3a11c2d4e5f607)]
                "shape" => entry.set(&mut found.shape, entry.whole("a whole number")),
                _ => Ok(false),
            }
        });
    }
    found
}

/// Reads `#[shape(crate = "path")]` on a type.
pub(crate) fn parse_shape(attributes: &[Attribute], errors: &Errors) -> Crate {
    let mut krate = None;
    for attribute in named(attributes, "shape") {
        parse_options(attribute, Place::Shape, errors, |entry| {
            match entry.name().as_str() {
                // #[shape(crate = "path")]
                "crate" => parse_crate(entry, &mut krate),
                _ => Ok(false),
            }
        });
    }
    krate
}

/// Reads `#[shape(opaque = "name@1")]` on a field.
pub(crate) fn parse_opaque(attributes: &[Attribute], errors: &Errors) -> Once<LitStr> {
    let mut opaque = None;
    for attribute in named(attributes, "shape") {
        parse_options(attribute, Place::ShapeField, errors, |entry| {
            match entry.name().as_str() {
                // #[shape(opaque = "chrono::DateTime@1")]
                "opaque" => entry.set(&mut opaque, entry.string()),
                _ => Ok(false),
            }
        });
    }
    opaque
}

/// Reads the protocol of `#[handlers(M, ..)]`, and leaves what stands behind it.
pub(crate) fn parse_protocol_and_rest(
    arguments: TokenStream,
) -> Result<(Type, TokenStream), Message> {
    if arguments.is_empty() {
        let fact = "`#[handlers]` takes the protocol that is handled";
        return Err(Message::at_span(Span::call_site(), fact).help(HANDLERS_USAGE));
    }
    let first = arguments.clone().into_iter().next();
    let protocol_and_rest = |input: ParseStream<'_>| {
        let protocol = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((protocol, input.parse()?))
    };
    protocol_and_rest.parse2(arguments).map_err(|_| {
        Message::at(
            first,
            "`#[handlers]` takes a message enum, then its options",
        )
        .help(HANDLERS_USAGE)
    })
}

const HANDLERS_USAGE: &str = "write it as in `#[handlers(CounterMsg)]`";

/// Reads what stands behind the protocol in `#[handlers(M, ..)]`.
pub(crate) fn parse_handlers(rest: TokenStream, errors: &Errors) -> Crate {
    let mut krate = None;
    crate::options::parse_list(rest, Place::Handlers, errors, |entry| {
        match entry.name().as_str() {
            // #[handlers(CounterMsg, crate = "path")]
            "crate" => parse_crate(entry, &mut krate),
            _ => Ok(false),
        }
    });
    krate
}

/// Reports attributes of these names, which have no effect at this place; `elsewhere` is where they have one.
pub(crate) fn check_misplaced(
    attributes: &[Attribute],
    names: &[&'static str],
    (here, elsewhere): (&str, &str),
    errors: &Errors,
) -> bool {
    let before = errors.count();
    for name in names {
        for attribute in named(attributes, name) {
            let fact = format!("`#[{name}]` has no effect on {here}");
            errors
                .push(Message::at(attribute.path(), fact).help(format!("move it to {elsewhere}")));
        }
    }
    errors.count() > before
}

/// The attributes of one name.
pub(crate) fn named<'a>(
    attributes: &'a [Attribute],
    name: &'static str,
) -> impl Iterator<Item = &'a Attribute> {
    attributes
        .iter()
        .filter(move |attribute| attribute.path().is_ident(name))
}
