//! How serde stores a type, by its attributes; or noex, where the type has noex's own.

use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Type, Variant};

use super::field::check_opaque;
use super::item::check_item;
use crate::attr::serde::{SerdeAttr, parse_serde};
use crate::attr::{crate_path, named, parse_opaque, parse_shape};
use crate::errors::{Errors, Message};
use crate::model::outline::{
    Content, NamedPart, Outline, Outlined, OutlinedVariant, Part, Tagging,
};
use crate::name::case::Case;
use crate::written::written;

/// Reads and checks the type of `input`.
pub(crate) fn check_outline(input: &DeriveInput, errors: &Errors) -> Option<Outlined> {
    let krate = crate_path(&parse_shape(&input.attrs, errors));
    if has_own_attributes(input) {
        return check_item(input, krate, true, errors).map(|item| Outlined::of_item(&item));
    }
    let attr = parse_serde(&input.attrs, errors);
    let outline = match errors.keep(conversion(&attr)) {
        Some(Some(ty)) => Outline::Content(Content::One(Part::Typed(ty))),
        _ => outline(input, &attr, errors)?,
    };
    Some(Outlined {
        krate,
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        outline,
    })
}

/// Whether `#[persist(..)]` stands anywhere in it, as only `Stored` reads it.
fn has_own_attributes(input: &DeriveInput) -> bool {
    let has = |attributes: &[Attribute]| named(attributes, "persist").next().is_some();
    let of_fields = |fields: &Fields| fields.iter().any(|field| has(&field.attrs));
    has(&input.attrs)
        || match &input.data {
            Data::Struct(data) => of_fields(&data.fields),
            Data::Enum(data) => data.variants.iter().any(|one| of_fields(&one.fields)),
            Data::Union(_) => false,
        }
}

/// The type that is stored in its stead.
fn conversion(attr: &SerdeAttr) -> Result<Option<Type>, Message> {
    match (&attr.into, &attr.from) {
        (Some((into, _)), Some((from, _))) if same_type(&into.value(), &from.value()) => {
            Ok(into.parse().ok())
        }
        (None, None) => Ok(None),
        (Some((_, key)), _) | (None, Some((_, key))) => Err(Message::at(
            key,
            "what is stored is written and read as one type",
        )
        .help("name the same type in `into` and in `from` or `try_from`")),
    }
}

fn same_type(one: &str, other: &str) -> bool {
    let normal = |ty: &str| ty.parse().map(written).ok();
    normal(one) == normal(other)
}

fn outline(input: &DeriveInput, attr: &SerdeAttr, errors: &Errors) -> Option<Outline> {
    match &input.data {
        Data::Struct(data) => Some(outline_of_struct(input, &data.fields, attr, errors)),
        Data::Enum(data) => {
            let variants = data.variants.iter();
            let variants = variants.filter_map(|one| variant(one, attr, errors));
            Some(Outline::Enum {
                variants: variants.collect(),
                tagging: tagging(attr),
            })
        }
        Data::Union(_) => {
            errors.push(
                Message::at(
                    &input.ident,
                    format!("`{}` is a union, which has no shape", input.ident),
                )
                .note(
                    "which field of a union holds a value cannot be known, so it cannot be stored",
                ),
            );
            None
        }
    }
}

fn outline_of_struct(
    input: &DeriveInput,
    fields: &Fields,
    attr: &SerdeAttr,
    errors: &Errors,
) -> Outline {
    if attr.transparent {
        let inner = fields.iter().filter_map(|field| part(field, errors));
        let inner = inner.map(|(part, _)| part).next();
        return Outline::Content(inner.map_or(Content::Unit, Content::One));
    }
    let content = content(fields, attr.rename_all, attr.default, errors);
    let Some(tag) = &attr.tag else {
        return Outline::Content(content);
    };
    let name = input.ident.unraw().to_string();
    Outline::Enum {
        tagging: Tagging::Internal(tag.clone()),
        variants: vec![OutlinedVariant {
            name: attr.rename.clone().unwrap_or(name),
            content,
            untagged: false,
        }],
    }
}

fn tagging(attr: &SerdeAttr) -> Tagging {
    match (&attr.tag, &attr.content) {
        _ if attr.untagged => Tagging::Untagged,
        (Some(tag), Some(content)) => Tagging::Adjacent(tag.clone(), content.clone()),
        (Some(tag), None) => Tagging::Internal(tag.clone()),
        (None, _) => Tagging::External,
    }
}

fn variant(variant: &Variant, outer: &SerdeAttr, errors: &Errors) -> Option<OutlinedVariant> {
    let attr = parse_serde(&variant.attrs, errors);
    if attr.skip {
        return None;
    }
    let name = variant.ident.unraw().to_string();
    let renamed = outer.rename_all.map(|case| case.of_variant(&name));
    let case = attr.rename_all.or(outer.rename_all_fields);
    let content = match attr.with {
        Some(how) => Content::One(Part::With {
            how,
            of: Box::new(Part::Written(written(variant.fields.to_token_stream()))),
        }),
        None => content(&variant.fields, case, false, errors),
    };
    Some(OutlinedVariant {
        name: attr.rename.or(renamed).unwrap_or(name),
        content,
        untagged: attr.untagged,
    })
}

fn content(fields: &Fields, case: Option<Case>, default: bool, errors: &Errors) -> Content {
    let parts = fields.iter().map(|field| part(field, errors));
    match fields {
        Fields::Unit => Content::Unit,
        // Only one that is written with a single field is stored without anything around it.
        Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => {
            let parts: Vec<Part> = parts.flatten().map(|(part, _)| part).collect();
            Content::of_tuple(parts)
        }
        Fields::Unnamed(_) => Content::Tuple(parts.flatten().map(|(part, _)| part).collect()),
        Fields::Named(named) => {
            let parts = named.named.iter().zip(parts).filter_map(|(field, part)| {
                let (part, attr) = part?;
                Some(named_part(field, part, attr, case, default))
            });
            Content::of_struct(parts.collect())
        }
    }
}

fn named_part(
    field: &Field,
    part: Part,
    attr: SerdeAttr,
    case: Option<Case>,
    default: bool,
) -> NamedPart {
    let ident = field.ident.as_ref().map(|ident| ident.unraw().to_string());
    let ident = ident.unwrap_or_default();
    let renamed = case.map(|case| case.of_field(&ident));
    NamedPart {
        name: attr.rename.or(renamed).unwrap_or(ident),
        part,
        default: default || attr.default,
        flattened: attr.flatten,
    }
}

/// How a field is stored, if it is, and what else is said of it.
fn part(field: &Field, errors: &Errors) -> Option<(Part, SerdeAttr)> {
    let mut attr = parse_serde(&field.attrs, errors);
    let opaque = parse_opaque(&field.attrs, errors);
    if attr.skip {
        if let Some(opaque) = &opaque {
            let fact = "`opaque` has no effect on a skipped field";
            errors.push(Message::at(&opaque.key, fact).help("remove one of the two"));
        }
        return None;
    }
    let opaque = opaque.and_then(|opaque| errors.keep(check_opaque(opaque)));
    let part = Part::new(&field.ty, opaque.as_ref(), attr.with.take());
    Some((part, attr))
}
