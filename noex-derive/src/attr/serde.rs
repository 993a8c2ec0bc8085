//! `#[serde(..)]`, as far as it says how a type is stored. What serde itself would refuse is left to serde.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Lit, LitStr, Meta, Path, Token};

use super::named;
use crate::errors::{Errors, Message};
use crate::name::case::Case;
use crate::written::written;

/// serde's words for a type, a variant or a field. Which stand where is serde's affair.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "serde's flags do not depend on each other"
)]
pub(crate) struct SerdeAttr {
    pub(crate) rename: Option<String>,
    pub(crate) rename_all: Option<Case>,
    pub(crate) rename_all_fields: Option<Case>,
    pub(crate) tag: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) untagged: bool,
    pub(crate) transparent: bool,
    pub(crate) flatten: bool,
    pub(crate) default: bool,
    pub(crate) skip: bool,
    /// As it is written: `with words`, `serialize_with write, deserialize_with read`.
    pub(crate) with: Option<String>,
    pub(crate) into: Option<(LitStr, Path)>,
    pub(crate) from: Option<(LitStr, Path)>,
}

/// Reads all `#[serde(..)]` among the attributes of something.
pub(crate) fn parse_serde(attributes: &[Attribute], errors: &Errors) -> SerdeAttr {
    let mut found = SerdeAttr::default();
    for attribute in named(attributes, "serde") {
        let Meta::List(list) = &attribute.meta else {
            continue;
        };
        let options = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone());
        match options {
            Ok(options) => {
                for option in options {
                    errors.keep(found.read(&option, errors));
                }
            }
            Err(_) => errors.leave_to_compiler(),
        }
    }
    found
}

impl SerdeAttr {
    fn read(&mut self, option: &Meta, errors: &Errors) -> Result<(), Message> {
        let name = written(option.path().to_token_stream());
        let text = || text(option, errors);
        match name.as_str() {
            // #[serde(rename = "name")]
            "rename" => self.rename = text()?,
            // #[serde(rename_all = "camelCase")]
            "rename_all" => self.rename_all = text()?.and_then(|name| Case::named(&name)),
            // #[serde(rename_all_fields = "camelCase")]
            "rename_all_fields" => {
                self.rename_all_fields = text()?.and_then(|name| Case::named(&name));
            }
            // #[serde(tag = "type")]
            "tag" => self.tag = text()?,
            // #[serde(tag = "type", content = "value")]
            "content" => self.content = text()?,
            // #[serde(untagged)]
            "untagged" => self.untagged = true,
            // #[serde(transparent)]
            "transparent" => self.transparent = true,
            // #[serde(flatten)]
            "flatten" => self.flatten = true,
            // #[serde(default)], #[serde(default = "path")]
            "default" => self.default = true,
            // #[serde(skip)]
            "skip" => self.skip = true,
            // #[serde(with = "module")], or one of the two by itself
            "with" | "serialize_with" | "deserialize_with" => {
                if let Some(path) = text()? {
                    let path = normal(&path);
                    let before = self.with.take().map(|with| with + ", ").unwrap_or_default();
                    self.with = Some(format!("{before}{name} {path}"));
                }
            }
            // #[serde(into = "Type")]
            "into" => self.into = conversion(option),
            // #[serde(from = "Type")], #[serde(try_from = "Type")]
            "from" | "try_from" => self.from = conversion(option),
            // What is stored is the same with or without.
            "alias"
            | "bound"
            | "borrow"
            | "crate"
            | "deny_unknown_fields"
            | "expecting"
            | "other"
            | "skip_serializing_if" => {}
            "skip_serializing" | "skip_deserializing" => return Err(half_skipped(option, &name)),
            _ => return Err(unknown(option, &name)),
        }
        Ok(())
    }
}

/// `= "text"`; or `(serialize = "text", deserialize = "text")`, where both are the same.
fn text(option: &Meta, errors: &Errors) -> Result<Option<String>, Message> {
    match option {
        Meta::NameValue(pair) => {
            let found = literal(&pair.value);
            if found.is_none() {
                errors.leave_to_compiler();
            }
            Ok(found.map(|literal| literal.value()))
        }
        Meta::List(list) => both(option, list.tokens.clone()).map(Some),
        Meta::Path(_) => {
            errors.leave_to_compiler();
            Ok(None)
        }
    }
}

fn both(option: &Meta, tokens: proc_macro2::TokenStream) -> Result<String, Message> {
    let pairs = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(tokens);
    let texts: Vec<String> = pairs
        .into_iter()
        .flatten()
        .filter_map(|pair| match pair {
            Meta::NameValue(pair) => literal(&pair.value).map(|literal| literal.value()),
            _ => None,
        })
        .collect();
    match texts.as_slice() {
        [write, read] if write == read => Ok(write.clone()),
        _ => Err(Message::at(
            option.path(),
            "what is stored is written and read under one name",
        )
        .help("write it as in `rename = \"name\"`")),
    }
}

fn literal(value: &Expr) -> Option<LitStr> {
    match value {
        Expr::Lit(value) => match &value.lit {
            Lit::Str(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn conversion(option: &Meta) -> Option<(LitStr, Path)> {
    let Meta::NameValue(pair) = option else {
        return None;
    };
    Some((literal(&pair.value)?, option.path().clone()))
}

/// A path in a string, without the spaces.
fn normal(path: &str) -> String {
    path.parse().map_or_else(|_| path.to_owned(), written)
}

fn half_skipped(option: &Meta, name: &str) -> Message {
    let fact = format!("`{name}` leaves open whether the field is stored");
    Message::at(option.path(), fact).help("write `skip`, or `default` with `skip_serializing_if`")
}

fn unknown(option: &Meta, name: &str) -> Message {
    let fact = format!("`Shape` does not know what serde's `{name}` does to the stored form");
    Message::at_span(first(option), fact)
        .help("write `impl Shape` by hand, with a name and a number to raise: `Node::Opaque(\"name@1\")`")
        .note(format!("it knows {KNOWN}"))
}

fn first(option: &Meta) -> Span {
    option.path().span()
}

const KNOWN: &str = "`rename`, `rename_all`, `rename_all_fields`, `tag`, `content`, `untagged`, `transparent`, \
                     `flatten`, `default`, `skip`, `skip_serializing_if`, `with`, `serialize_with`, \
                     `deserialize_with`, `from`, `try_from`, `into`, `alias`, `other`, `bound`, `borrow`, `crate`, \
                     `deny_unknown_fields`, `expecting`";
