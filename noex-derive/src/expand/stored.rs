//! The stored form as a type of its own, and `#[derive(Stored)]` on the old versions of a state.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use syn::{Generics, Ident};

use super::codec::{
    expand_codec, expand_definition, expand_missing, expand_rebuild, raw_name, ref_name,
};
use super::generated;
use super::shape::{Shape, ShapeVariant, Slot, stored_binding};
use crate::check::Checked;
use crate::model::{Item, Storage};

/// Expands to: `impl Serialize for OrderV1`, `impl Deserialize for OrderV1`.
pub(crate) fn expand_old_version(item: &Checked<Item>) -> TokenStream {
    let shape = Shape::new(item);
    let codec = expand_codec(&shape);
    let owner = &shape.item.ident;
    let serialize = expand_serialize(&shape, owner, &shape.generics, |variant| {
        variant.whole_value(owner, stored_binding)
    });
    let deserialize = expand_deserialize(&shape, owner, &shape.generics, |variant| {
        variant.whole_value(owner, |slot| expand_loaded(&shape, slot))
    });
    let generated = generated();
    quote! {
        #generated
        const _: () = { #codec #serialize #deserialize };
    }
}

/// Expands to: `struct StoredOrder { .. }` with `Serialize` and `Deserialize`.
pub(crate) fn expand_stored(shape: &Shape<'_>) -> TokenStream {
    let owner = stored_name(shape);
    let definition = expand_stored_type(shape);
    let codec = expand_codec(shape);
    let serialize = expand_serialize(shape, &owner, &shape.stored_generics, |variant| {
        variant.stored_value(&owner, |stored| stored.slot.binding().into_token_stream())
    });
    let deserialize = expand_deserialize(shape, &owner, &shape.stored_generics, |variant| {
        variant.stored_value(&owner, |stored| expand_missing(shape, stored))
    });
    quote!(#definition #codec #serialize #deserialize)
}

/// The stored type without anything it can do.
pub(crate) fn expand_stored_type(shape: &Shape<'_>) -> TokenStream {
    let visibility = &shape.item.visibility;
    let definition = expand_definition(
        shape,
        &stored_name(shape),
        &shape.stored_generics,
        |stored| (TokenStream::new(), stored.slot.field.ty.to_token_stream()),
    );
    quote!(#visibility #definition)
}

/// The name of the stored form of a state.
pub(crate) fn stored_name(shape: &Shape<'_>) -> Ident {
    format_ident!("Stored{}", shape.item.ident)
}

/// The borrowed form of `self`, whose variants are matched by `pattern`.
pub(crate) fn expand_borrow(
    shape: &Shape<'_>,
    pattern: impl Fn(&ShapeVariant<'_>) -> TokenStream,
) -> TokenStream {
    let name = ref_name(shape);
    let arms = shape.variants.iter().map(|variant| {
        let pattern = pattern(variant);
        let value = variant.stored_value(&name, |stored| stored.slot.binding().into_token_stream());
        quote!(#pattern => #value)
    });
    let mut generics = shape.borrowed_generics();
    generics
        .lifetimes_mut()
        .for_each(|one| one.lifetime = syn::parse_quote!('_));
    let (_, parameters, _) = generics.split_for_impl();
    quote! {
        let __borrowed: #name #parameters = match self { #(#arms,)* };
    }
}

fn expand_serialize(
    shape: &Shape<'_>,
    owner: &Ident,
    generics: &Generics,
    pattern: impl Fn(&ShapeVariant<'_>) -> TokenStream,
) -> TokenStream {
    let krate = &shape.item.krate;
    let serde = quote!(#krate::__private::serde);
    let (impls, parameters, bounds) = generics.split_for_impl();
    let borrow = expand_borrow(shape, pattern);
    quote! {
        impl #impls #serde::Serialize for #owner #parameters #bounds {
            fn serialize<__S: #serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<<__S as #serde::Serializer>::Ok, <__S as #serde::Serializer>::Error> {
                #borrow
                #serde::Serialize::serialize(&__borrowed, __serializer)
            }
        }
    }
}

fn expand_deserialize(
    shape: &Shape<'_>,
    owner: &Ident,
    generics: &Generics,
    value: impl Fn(&ShapeVariant<'_>) -> TokenStream,
) -> TokenStream {
    let krate = &shape.item.krate;
    let serde = quote!(#krate::__private::serde);
    let raw = raw_name(shape);
    let arms = shape.variants.iter().map(|variant| {
        let pattern =
            variant.stored_value(&raw, |stored| stored.slot.binding().into_token_stream());
        let value = value(variant);
        quote!(#pattern => #value)
    });
    let (_, parameters, bounds) = generics.split_for_impl();
    let (_, raw_parameters, _) = shape.stored_generics.split_for_impl();
    let mut with_lifetime = generics.clone();
    with_lifetime.params.insert(0, syn::parse_quote!('__de));
    let (impls, _, _) = with_lifetime.split_for_impl();
    quote! {
        impl #impls #serde::Deserialize<'__de> for #owner #parameters #bounds {
            fn deserialize<__D: #serde::Deserializer<'__de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, <__D as #serde::Deserializer<'__de>>::Error> {
                let __raw: #raw #raw_parameters = #serde::Deserialize::deserialize(__deserializer)?;
                ::core::result::Result::Ok(match __raw { #(#arms,)* })
            }
        }
    }
}

/// A field of the item itself, out of a record or rebuilt.
fn expand_loaded(shape: &Shape<'_>, slot: &Slot<'_>) -> TokenStream {
    match (slot.as_stored(), &slot.field.storage) {
        (Some(stored), _) => expand_missing(shape, &stored),
        (None, Storage::Skipped(rebuild)) => expand_rebuild(
            &shape.item.krate,
            rebuild,
            &slot.field.ty,
            &quote!(DefaultWhenSkipped),
        ),
        (None, Storage::Stored { .. }) => {
            unreachable!("a stored field has a place in the stored form")
        }
    }
}

/// A field of the item itself, out of the stored form or rebuilt.
pub(crate) fn expand_restored(shape: &Shape<'_>, slot: &Slot<'_>) -> TokenStream {
    match &slot.field.storage {
        Storage::Stored { .. } => slot.binding().into_token_stream(),
        Storage::Skipped(rebuild) => expand_rebuild(
            &shape.item.krate,
            rebuild,
            &slot.field.ty,
            &quote!(DefaultWhenSkipped),
        ),
    }
}
