//! The stored form as a type of its own, and `#[derive(Stored)]` on the old versions of a state.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use syn::{Generics, Ident};

use super::codec::{
    expand_codec, expand_definition, expand_missing, expand_rebuild, raw_name, ref_name,
};
use super::generated;
use super::layout::{Layout, LayoutVariant, Slot, stored_binding};
use super::lock::expand_old_lock;
use crate::check::Checked;
use crate::model::{OldVersion, Storage};

/// Expands to: `impl Serialize for OrderV1`, `impl Deserialize for OrderV1`.
pub(crate) fn expand_old_version(old: &Checked<OldVersion>) -> TokenStream {
    let layout = Layout::new(&old.item);
    let codec = expand_codec(&layout);
    let owner = &layout.item.ident;
    let serialize = expand_serialize(&layout, owner, &layout.generics, |variant| {
        variant.whole_value(owner, stored_binding)
    });
    let deserialize = expand_deserialize(&layout, owner, &layout.generics, |variant| {
        variant.whole_value(owner, |slot| expand_loaded(&layout, slot))
    });
    let lock = expand_old_lock(old);
    let generated = generated();
    quote! {
        #generated
        const _: () = { #codec #serialize #deserialize #lock };
    }
}

/// Expands to: `struct StoredOrder { .. }` with `Serialize` and `Deserialize`.
pub(crate) fn expand_stored(layout: &Layout<'_>) -> TokenStream {
    let owner = stored_name(layout);
    let definition = expand_stored_type(layout);
    let codec = expand_codec(layout);
    let serialize = expand_serialize(layout, &owner, &layout.stored_generics, |variant| {
        variant.stored_value(&owner, |stored| stored.slot.binding().into_token_stream())
    });
    let deserialize = expand_deserialize(layout, &owner, &layout.stored_generics, |variant| {
        variant.stored_value(&owner, |stored| expand_missing(layout, stored))
    });
    quote!(#definition #codec #serialize #deserialize)
}

/// The stored type without anything it can do.
pub(crate) fn expand_stored_type(layout: &Layout<'_>) -> TokenStream {
    let visibility = &layout.item.visibility;
    let definition = expand_definition(
        layout,
        &stored_name(layout),
        &layout.stored_generics,
        |stored| (TokenStream::new(), stored.slot.field.ty.to_token_stream()),
    );
    quote!(#visibility #definition)
}

/// The name of the stored form of a state.
pub(crate) fn stored_name(layout: &Layout<'_>) -> Ident {
    format_ident!("Stored{}", layout.item.ident)
}

/// The borrowed form of `self`, whose variants are matched by `pattern`.
pub(crate) fn expand_borrow(
    layout: &Layout<'_>,
    pattern: impl Fn(&LayoutVariant<'_>) -> TokenStream,
) -> TokenStream {
    let name = ref_name(layout);
    let arms = layout.variants.iter().map(|variant| {
        let pattern = pattern(variant);
        let value = variant.stored_value(&name, |stored| stored.slot.binding().into_token_stream());
        quote!(#pattern => #value)
    });
    let mut generics = layout.borrowed_generics();
    generics
        .lifetimes_mut()
        .for_each(|one| one.lifetime = syn::parse_quote!('_));
    let (_, parameters, _) = generics.split_for_impl();
    quote! {
        let __borrowed: #name #parameters = match self { #(#arms,)* };
    }
}

fn expand_serialize(
    layout: &Layout<'_>,
    owner: &Ident,
    generics: &Generics,
    pattern: impl Fn(&LayoutVariant<'_>) -> TokenStream,
) -> TokenStream {
    let krate = &layout.item.krate;
    let serde = quote!(#krate::__private::serde);
    let (impls, parameters, bounds) = generics.split_for_impl();
    let borrow = expand_borrow(layout, pattern);
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
    layout: &Layout<'_>,
    owner: &Ident,
    generics: &Generics,
    value: impl Fn(&LayoutVariant<'_>) -> TokenStream,
) -> TokenStream {
    let krate = &layout.item.krate;
    let serde = quote!(#krate::__private::serde);
    let raw = raw_name(layout);
    let arms = layout.variants.iter().map(|variant| {
        let pattern =
            variant.stored_value(&raw, |stored| stored.slot.binding().into_token_stream());
        let value = value(variant);
        quote!(#pattern => #value)
    });
    let (_, parameters, bounds) = generics.split_for_impl();
    let (_, raw_parameters, _) = layout.stored_generics.split_for_impl();
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
fn expand_loaded(layout: &Layout<'_>, slot: &Slot<'_>) -> TokenStream {
    match (slot.as_stored(), &slot.field.storage) {
        (Some(stored), _) => expand_missing(layout, &stored),
        (None, Storage::Skipped(rebuild)) => expand_rebuild(
            &layout.item.krate,
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
pub(crate) fn expand_restored(layout: &Layout<'_>, slot: &Slot<'_>) -> TokenStream {
    match &slot.field.storage {
        Storage::Stored { .. } => slot.binding().into_token_stream(),
        Storage::Skipped(rebuild) => expand_rebuild(
            &layout.item.krate,
            rebuild,
            &slot.field.ty,
            &quote!(DefaultWhenSkipped),
        ),
    }
}
