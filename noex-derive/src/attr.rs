//! What the attributes say, option by option, before anything is checked across options.

pub(crate) mod field;
pub(crate) mod persist;
pub(crate) mod protocol;
pub(crate) mod server;

use proc_macro2::TokenStream;
use syn::{Attribute, Path};

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

/// Reads the only option of an old version, `#[persist(crate = "path")]`.
pub(crate) fn parse_old_version(attributes: &[Attribute], errors: &Errors) -> Crate {
    let mut krate = None;
    for attribute in named(attributes, "persist") {
        parse_options(attribute, Place::OldVersion, errors, |entry| {
            match entry.name().as_str() {
                // #[persist(crate = "path")]
                "crate" => parse_crate(entry, &mut krate),
                _ => Ok(false),
            }
        });
    }
    krate
}

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

/// The attributes of one name.
pub(crate) fn named<'a>(
    attributes: &'a [Attribute],
    name: &'static str,
) -> impl Iterator<Item = &'a Attribute> {
    attributes
        .iter()
        .filter(move |attribute| attribute.path().is_ident(name))
}
