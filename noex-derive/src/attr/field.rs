//! `#[persist(..)]` on a field.

use syn::{Attribute, Expr, ExprPath, Ident, LitStr, Type};

use super::named;
use crate::errors::Errors;
use crate::options::{Once, Place, parse_options};

/// The options of a field as they were written.
#[derive(Default)]
pub(crate) struct FieldAttr {
    pub(crate) skip: Once<Option<Expr>>,
    pub(crate) default: Once<Option<Expr>>,
    pub(crate) with: Once<ExprPath>,
    pub(crate) wrapper: Once<Type>,
    pub(crate) rename: Once<LitStr>,
    pub(crate) opaque: Once<LitStr>,
}

/// Reads all `#[persist(..)]` among the attributes of a field.
pub(crate) fn parse_field(attributes: &[Attribute], errors: &Errors) -> FieldAttr {
    let mut found = FieldAttr::default();
    for attribute in named(attributes, "persist") {
        parse_options(attribute, Place::Field, errors, |entry| {
            match entry.name().as_str() {
                // #[persist(skip)], #[persist(skip = Cache::new())]
                "skip" => entry.set(&mut found.skip, entry.optional("an expression")),
                // #[persist(default)], #[persist(default = 10)]
                "default" => entry.set(&mut found.default, entry.optional("an expression")),
                // #[persist(with = "module")]
                "with" => entry.set(&mut found.with, entry.quoted("the path of a module")),
                // #[persist(as = "Vec<(_, _)>")]
                "as" => entry.set(&mut found.wrapper, entry.quoted("a type")),
                // #[persist(rename = "name")]
                "rename" => entry.set(&mut found.rename, entry.string()),
                // #[persist(opaque = "chrono::DateTime@1")]
                "opaque" => entry.set(&mut found.opaque, entry.string()),
                _ => Ok(false),
            }
        });
    }
    found
}

impl FieldAttr {
    /// The names of the options that were given.
    pub(crate) fn keys(&self) -> Vec<&Ident> {
        [
            self.skip.as_ref().map(|given| &given.key),
            self.default.as_ref().map(|given| &given.key),
            self.with.as_ref().map(|given| &given.key),
            self.wrapper.as_ref().map(|given| &given.key),
            self.rename.as_ref().map(|given| &given.key),
            self.opaque.as_ref().map(|given| &given.key),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
