//! The rules of `shape` on a state and on an old version.

use syn::{DeriveInput, LitInt};

use super::item::check_item;
use crate::attr::{crate_path, parse_old_version};
use crate::errors::{Errors, Message};
use crate::model::{OldVersion, WrittenShape};
use crate::options::{Given, Once};

/// Reads and checks an old version.
pub(crate) fn check_old_version(input: &DeriveInput, errors: &Errors) -> Option<OldVersion> {
    let attr = parse_old_version(&input.attrs, errors);
    let kind = attr.kind.as_ref().map(|kind| kind.value.clone());
    errors.keep(check_kind(attr.kind.as_ref(), attr.shape.as_ref()));
    let shape = check_lock(attr.shape, input, errors);
    Some(OldVersion {
        item: check_item(input, crate_path(&attr.krate), true, errors)?,
        lock: kind.zip(shape),
    })
}

/// The shape that is written down for the type, which has to have one shape only.
pub(crate) fn check_lock(
    given: Once<LitInt>,
    input: &DeriveInput,
    errors: &Errors,
) -> Option<WrittenShape> {
    let given = given?;
    errors.keep(check_one_shape(&given, input))?;
    errors.keep(written_shape(given.value))
}

/// Each instantiation of a generic type has a shape of its own, and none is written where it could be compared.
fn check_one_shape(given: &Given<LitInt>, input: &DeriveInput) -> Result<(), Message> {
    let mut types = input.generics.type_params().map(|one| &one.ident);
    let mut consts = input.generics.const_params().map(|one| &one.ident);
    let Some(parameter) = types.next().or(consts.next()) else {
        return Ok(());
    };
    Err(Message::at(
        &given.key,
        format!("the shape of a generic type depends on `{parameter}`, so there is no one value to compare"),
    )
    .help("remove `shape`, or write the type without parameters"))
}

fn written_shape(literal: LitInt) -> Result<WrittenShape, Message> {
    match literal.base10_parse() {
        Ok(value) if literal.suffix().is_empty() => Ok(WrittenShape { literal, value }),
        _ => Err(
            Message::at(&literal, format!("`{literal}` is no shape of 64 bits"))
                .help("write `shape = 0`, and the compiler says which value it has to be"),
        ),
    }
}

/// The kind is part of the shape, and an old version knows it only from its attribute.
fn check_kind(
    kind: Option<&Given<syn::LitStr>>,
    shape: Option<&Given<LitInt>>,
) -> Result<(), Message> {
    match (kind, shape) {
        (None, Some(shape)) => Err(Message::at(
            &shape.key,
            "the shape of an old version is locked together with its kind",
        )
        .help(
            "add `kind = \"..\"` with the kind of the state: its option `kind`, or its type's name",
        )),
        (Some(kind), None) => Err(Message::at(
            &kind.key,
            "`kind` has no effect on an old version without `shape`",
        )
        .help("add `shape = 0`, or remove it")),
        _ => Ok(()),
    }
}
