//! The rules of one field's options.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Expr, LitStr, Member};

use crate::attr::field::FieldAttr;
use crate::errors::{Errors, Message};
use crate::mention::mention;
use crate::model::{Field, Form, Rebuild, Storage};
use crate::options::Given;
use crate::self_type::replace_self;

/// Whether and how the field `member` of the type `path` is stored.
pub(crate) fn check_field(
    attr: FieldAttr,
    member: &Member,
    path: &TokenStream,
    errors: &Errors,
) -> Storage {
    check_skip(&attr, errors);
    check_form(&attr, errors);
    check_rename(&attr, member, errors);
    if let Some(skip) = attr.skip {
        return Storage::Skipped(rebuild(skip.value.as_ref(), path));
    }
    Storage::Stored {
        name: attr
            .rename
            .map_or_else(|| name_of(member), |rename| rename.value),
        missing: attr
            .default
            .map(|default| rebuild(default.value.as_ref(), path)),
        form: match (attr.with, attr.wrapper) {
            (Some(with), _) => Form::With(with.value),
            (None, Some(wrapper)) => Form::As(replace_self(&wrapper.value, path)),
            (None, None) => Form::Plain,
        },
        opaque: attr
            .opaque
            .and_then(|opaque| errors.keep(check_opaque(opaque))),
    }
}

/// A skipped field is in no record, so there is no form and no name to choose.
fn check_skip(attr: &FieldAttr, errors: &Errors) {
    if attr.skip.is_none() {
        return;
    }
    for key in attr.keys().into_iter().filter(|key| *key != "skip") {
        let help = match key.to_string().as_str() {
            "default" => "give a skipped field its value by `skip = <expr>`",
            _ => "remove one of the two",
        };
        errors
            .push(Message::at(key, format!("`{key}` has no effect on a skipped field")).help(help));
    }
}

/// A field is stored in one form.
fn check_form(attr: &FieldAttr, errors: &Errors) {
    if let (Some(with), Some(wrapper)) = (&attr.with, &attr.wrapper) {
        let second = &wrapper.key;
        errors.push(
            Message::at(
                second,
                format!(
                    "`{}` and `{second}` both say how the field is stored",
                    with.key
                ),
            )
            .help("keep one of the two"),
        );
    }
}

/// Only named fields have names in a record.
fn check_rename(attr: &FieldAttr, member: &Member, errors: &Errors) {
    let Some(rename) = &attr.rename else { return };
    if matches!(member, Member::Unnamed(_)) {
        errors.push(
            Message::at(
                &rename.key,
                "`rename` has no effect on a field without a name",
            )
            .note("the fields of a tuple are stored by their order"),
        );
    } else if rename.value.value().is_empty() {
        errors.push(
            Message::at(&rename.value, "a stored field needs a name")
                .help("write it as in `rename = \"name\"`"),
        );
    }
}

/// A type that is named needs a name.
pub(crate) fn check_opaque(opaque: Given<LitStr>) -> Result<LitStr, Message> {
    if opaque.value.value().is_empty() {
        return Err(Message::at(&opaque.value, "`opaque` cannot be empty")
            .help("name the type and its form, as in `opaque = \"chrono::DateTime@1\"`"));
    }
    Ok(opaque.value)
}

/// What a record leaves out is filled in where nothing is known of what is not stored.
pub(crate) fn check_default(field: &Field, unstored: &[String], errors: &Errors) {
    let Storage::Stored {
        missing: Some(Rebuild::Value(value)),
        ..
    } = &field.storage
    else {
        return;
    };
    let Some(parameter) = mention(value.to_token_stream(), unstored) else {
        return;
    };
    let fact = format!("a default cannot depend on `{parameter}`, which no stored field has");
    errors.push(
        Message::at(parameter, fact)
            .help("call a function outside of the state, as in `default = level()`"),
    );
}

fn rebuild(value: Option<&Expr>, path: &TokenStream) -> Rebuild {
    value.map_or(Rebuild::Default, |value| {
        Rebuild::Value(replace_self(value, path))
    })
}

fn name_of(member: &Member) -> LitStr {
    match member {
        Member::Named(name) => LitStr::new(&name.unraw().to_string(), name.span()),
        Member::Unnamed(index) => LitStr::new(&index.index.to_string(), index.span),
    }
}
