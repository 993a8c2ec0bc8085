//! The rules of a type whose values are stored, and of its fields taken together.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Generics, Ident, Index, Member, Path, Type};

use super::field::check_field;
use super::protocol::{lent_for_ever, style_of};
use crate::attr::check_misplaced;
use crate::attr::field::{FieldAttr, parse_field};
use crate::errors::{Errors, Message};
use crate::model::{Body, Field, Item, Storage, Variant};
use crate::options::Place;
use crate::self_type::replace_self;

/// Reads and checks the type of `input`; `stored` says whether its values are stored at all.
///
/// A type that borrows is reported and gives nothing: no impl could stand in for its own.
pub(crate) fn check_item(
    input: &DeriveInput,
    krate: Path,
    stored: bool,
    errors: &Errors,
) -> Option<Item> {
    let reader = Reader {
        path: own_path(input),
        stored,
        errors,
    };
    let body = reader.body(input);
    errors.keep(check_lifetimes(&input.generics))?;
    Some(Item {
        krate,
        visibility: input.vis.clone(),
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        body,
    })
}

/// A state outlives whoever made it, so it can borrow nothing.
fn check_lifetimes(generics: &Generics) -> Result<(), Message> {
    generics.lifetimes().next().map_or(Ok(()), |lifetime| {
        Err(Message::at(lifetime, "a state cannot borrow")
            .note("a server outlives whoever starts it, and its state is restored from a store: own the data"))
    })
}

fn own_path(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (_, parameters, _) = input.generics.split_for_impl();
    let turbofish = parameters.as_turbofish();
    quote!(#ident #turbofish)
}

struct Reader<'a> {
    path: TokenStream,
    stored: bool,
    errors: &'a Errors,
}

impl Reader<'_> {
    fn body(&self, input: &DeriveInput) -> Body {
        match &input.data {
            Data::Struct(data) => Body {
                is_enum: false,
                variants: vec![self.variant(None, &data.fields)],
            },
            Data::Enum(data) => {
                if data.variants.is_empty() {
                    self.errors.push(no_variants(&input.ident));
                }
                let variants = data.variants.iter().map(|variant| {
                    self.check_variant_attributes(variant);
                    self.variant(Some(&variant.ident), &variant.fields)
                });
                Body {
                    is_enum: true,
                    variants: variants.collect(),
                }
            }
            Data::Union(_) => {
                self.errors.push(is_union(&input.ident));
                Body {
                    is_enum: false,
                    variants: Vec::new(),
                }
            }
        }
    }

    fn variant(&self, ident: Option<&Ident>, fields: &Fields) -> Variant {
        let fields_read: Vec<Field> = fields
            .iter()
            .enumerate()
            .map(|(at, field)| self.field(at, field))
            .collect();
        self.check_names(&fields_read);
        Variant {
            ident: ident.cloned(),
            style: style_of(fields),
            fields: fields_read,
        }
    }

    fn field(&self, at: usize, field: &syn::Field) -> Field {
        let attr = parse_field(&field.attrs, self.errors);
        let places = ("a field", "the state");
        check_misplaced(&field.attrs, &["genserver"], places, self.errors);
        let member = field
            .ident
            .clone()
            .map_or_else(|| Member::from(Index::from(at)), Member::from);
        self.check_is_stored(&attr);
        self.check_is_owned(&attr, &field.ty);
        Field {
            visibility: field.vis.clone(),
            ty: lent_for_ever(replace_self(&field.ty, &self.path)),
            storage: check_field(attr, &member, &self.path, self.errors),
            member,
        }
    }

    /// Options of a field mean nothing where nothing is stored.
    fn check_is_stored(&self, attr: &FieldAttr) {
        if self.stored {
            return;
        }
        if let Some(key) = attr.keys().first() {
            self.errors.push(
                Message::at(
                    key,
                    format!("`{key}` has no effect: the state is not stored"),
                )
                .help("add `#[persist(interval = \"30s\")]` to the state, or remove it"),
            );
        }
    }

    /// What is read from a record has nowhere to be borrowed from.
    fn check_is_owned(&self, attr: &FieldAttr, ty: &Type) {
        let is_plain = attr.skip.is_none() && attr.with.is_none() && attr.wrapper.is_none();
        let (true, true, Type::Reference(reference)) = (self.stored, is_plain, ty) else {
            return;
        };
        match &reference.lifetime {
            Some(lifetime) if lifetime.ident == "static" => self.errors.push(is_borrowed(ty)),
            // A declared lifetime is reported where it is declared.
            Some(lifetime) if lifetime.ident != "_" => {}
            _ => self.errors.leave_to_compiler(),
        }
    }

    /// Two fields cannot be stored under one name.
    fn check_names(&self, fields: &[Field]) {
        let mut taken: HashMap<String, &Ident> = HashMap::new();
        for field in fields {
            let (Storage::Stored { name, .. }, Member::Named(second)) =
                (&field.storage, &field.member)
            else {
                continue;
            };
            if let Some(first) = taken.insert(name.value(), second) {
                let fact = format!(
                    "fields `{first}` and `{second}` are both stored as `{}`",
                    name.value()
                );
                self.errors
                    .push(Message::at(name, fact).help("give one of them another name"));
            }
        }
    }

    /// Options stand on the state or on its fields; a variant has none.
    fn check_variant_attributes(&self, variant: &syn::Variant) {
        let places = ("a variant", "the state");
        check_misplaced(&variant.attrs, &["genserver"], places, self.errors);
        for attribute in crate::attr::named(&variant.attrs, "persist") {
            self.errors.push(
                Message::at(attribute.path(), "a variant has no `persist` options")
                    .note(format!("a field has: {}", Place::Field.listed())),
            );
        }
    }
}

fn is_borrowed(ty: &Type) -> Message {
    Message::at(ty, "a stored field cannot borrow")
        .help("own the data, as `String` owns a `str`, or leave it out: `#[persist(skip)]`")
}

fn no_variants(ident: &Ident) -> Message {
    Message::at(
        ident,
        format!("state `{ident}` has no variants, so it has no values"),
    )
    .help("add a variant, or write `struct` for a state without data")
}

fn is_union(ident: &Ident) -> Message {
    Message::at(
        ident,
        format!("`{ident}` is a union, but a state is a struct or an enum"),
    )
    .note("which field of a union holds a value cannot be known, so it cannot be stored")
}
