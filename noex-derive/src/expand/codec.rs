//! The stored form on its way to bytes and back: borrowed for saving, with every field optional for loading.
//!
//! serde's own derives do the plumbing. Each field goes through a function of its own, which knows how the
//! field is stored.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{Generics, Ident, LitStr, Path, Type};

use super::layout::{Layout, LayoutVariant, StoredSlot};
use crate::locate::{at, place};
use crate::model::{Form, Rebuild, Style};

/// Expands to:
/// `struct __OrderRef<'__ref> { id: &'__ref Uuid, .. }`, which can be serialized, and
/// `struct __OrderRaw { id: MaybeField<Uuid>, .. }`, which can be deserialized.
pub(crate) fn expand_codec(layout: &Layout<'_>) -> TokenStream {
    let borrowed = expand_borrowed(layout);
    let raw = expand_raw(layout);
    quote!(#borrowed #raw)
}

/// The name of the borrowed form.
pub(crate) fn ref_name(layout: &Layout<'_>) -> Ident {
    format_ident!("__{}Ref", layout.item.ident)
}

/// The name of the form in which any field may be missing.
pub(crate) fn raw_name(layout: &Layout<'_>) -> Ident {
    format_ident!("__{}Raw", layout.item.ident)
}

fn expand_borrowed(layout: &Layout<'_>) -> TokenStream {
    let name = ref_name(layout);
    let generics = layout.borrowed_generics();
    let (impls, parameters, bounds) = generics.split_for_impl();
    let mut anonymous = generics.clone();
    anonymous
        .lifetimes_mut()
        .for_each(|one| one.lifetime = syn::parse_quote!('_));
    let (_, turbofish, _) = anonymous.split_for_impl();
    let turbofish = turbofish.as_turbofish();
    let definition = expand_definition(layout, &name, &generics, |stored| {
        let (ty, label) = (&stored.slot.field.ty, rename(stored));
        let with = text(
            &quote!(#name #turbofish::),
            &format!("__serialize_{}", stored.slot.number),
        );
        (
            quote!(#[serde(#label serialize_with = #with)]),
            quote!(&'__ref #ty),
        )
    });
    let functions = layout
        .stored()
        .map(|stored| expand_serialize(layout, &stored));
    let derive = derive_serde(layout, &quote!(Serialize));
    quote! {
        #derive
        #definition
        impl #impls #name #parameters #bounds { #(#functions)* }
    }
}

fn expand_raw(layout: &Layout<'_>) -> TokenStream {
    let krate = &layout.item.krate;
    let name = raw_name(layout);
    let (impls, parameters, bounds) = layout.stored_generics.split_for_impl();
    let turbofish = parameters.as_turbofish();
    let definition = expand_definition(layout, &name, &layout.stored_generics, |stored| {
        let (ty, label) = (&stored.slot.field.ty, rename(stored));
        let with = text(
            &quote!(#name #turbofish::),
            &format!("__deserialize_{}", stored.slot.number),
        );
        (
            quote!(#[serde(#label default, deserialize_with = #with)]),
            quote!(#krate::__private::MaybeField<#ty>),
        )
    });
    let functions = layout
        .stored()
        .map(|stored| expand_deserialize(layout, &stored));
    let derive = derive_serde(layout, &quote!(Deserialize));
    quote! {
        #derive
        #definition
        impl #impls #name #parameters #bounds { #(#functions)* }
    }
}

fn derive_serde(layout: &Layout<'_>, which: &TokenStream) -> TokenStream {
    let krate = &layout.item.krate;
    let serde = text(&quote!(#krate::__private::serde), "");
    let name = LitStr::new(&layout.item.ident.to_string(), layout.item.ident.span());
    quote! {
        #[derive(#krate::__private::serde::#which)]
        #[serde(crate = #serde, bound = "", rename = #name)]
    }
}

/// Defines a type with the item's variants and stored fields, each with the attributes and type that `field` gives.
pub(crate) fn expand_definition(
    layout: &Layout<'_>,
    name: &Ident,
    generics: &Generics,
    field: impl Fn(&StoredSlot<'_>) -> (TokenStream, TokenStream),
) -> TokenStream {
    let (impls, bounds) = (generics, &generics.where_clause);
    if layout.item.body.is_enum {
        let variants = layout.variants.iter().map(|variant| {
            let (ident, fields) = (
                &variant.variant.ident,
                expand_fields(variant, false, &field),
            );
            quote!(#ident #fields)
        });
        return quote!(enum #name #impls #bounds { #(#variants,)* });
    }
    let Some(only) = layout.variants.first() else {
        return quote!(struct #name;);
    };
    let fields = expand_fields(only, true, &field);
    match only.variant.style {
        Style::Named => quote!(struct #name #impls #bounds #fields),
        Style::Tuple | Style::Unit => quote!(struct #name #impls #fields #bounds;),
    }
}

fn expand_fields(
    variant: &LayoutVariant<'_>,
    visible: bool,
    field: impl Fn(&StoredSlot<'_>) -> (TokenStream, TokenStream),
) -> TokenStream {
    let fields = variant
        .slots
        .iter()
        .filter_map(super::layout::Slot::as_stored)
        .map(|stored| {
            let (attributes, ty) = field(&stored);
            let visibility = visible.then_some(&stored.slot.field.visibility);
            match stored.member {
                syn::Member::Named(name) => quote!(#attributes #visibility #name: #ty),
                syn::Member::Unnamed(_) => quote!(#attributes #visibility #ty),
            }
        });
    match variant.variant.style {
        Style::Named => quote!({ #(#fields,)* }),
        Style::Tuple => quote!(( #(#fields,)* )),
        Style::Unit => TokenStream::new(),
    }
}

/// Names are only given where fields have them; the others stand in order.
fn rename(stored: &StoredSlot<'_>) -> TokenStream {
    match stored.member {
        syn::Member::Named(_) => {
            let name = LitStr::new(&stored.name.value(), stored.name.span());
            quote!(rename = #name,)
        }
        syn::Member::Unnamed(_) => TokenStream::new(),
    }
}

fn expand_serialize(layout: &Layout<'_>, stored: &StoredSlot<'_>) -> TokenStream {
    let krate = &layout.item.krate;
    let (ty, function) = (
        &stored.slot.field.ty,
        format_ident!("__serialize_{}", stored.slot.number),
    );
    let form = expand_form(krate, stored);
    let serialize = quote_spanned!(form_place(stored)=> ::serialize);
    let serializer = quote!(#krate::__private::serde::Serializer);
    quote! {
        fn #function<__S: #serializer>(
            value: &&'__ref #ty,
            serializer: __S,
        ) -> ::core::result::Result<<__S as #serializer>::Ok, <__S as #serializer>::Error> {
            #form #serialize(*value, serializer)
        }
    }
}

fn expand_deserialize(layout: &Layout<'_>, stored: &StoredSlot<'_>) -> TokenStream {
    let krate = &layout.item.krate;
    let (ty, function) = (
        &stored.slot.field.ty,
        format_ident!("__deserialize_{}", stored.slot.number),
    );
    let form = expand_form(krate, stored);
    let deserialize = quote_spanned!(form_place(stored)=> ::deserialize);
    let deserializer = quote!(#krate::__private::serde::Deserializer);
    quote! {
        fn #function<'__de, __D: #deserializer<'__de>>(
            deserializer: __D,
        ) -> ::core::result::Result<#krate::__private::MaybeField<#ty>, <__D as #deserializer<'__de>>::Error> {
            let value: ::core::result::Result<#ty, <__D as #deserializer<'__de>>::Error> =
                #form #deserialize(deserializer);
            ::core::result::Result::map(value, #krate::__private::MaybeField::Given)
        }
    }
}

/// Where it is said how a field is stored.
fn form_place(stored: &StoredSlot<'_>) -> Span {
    match stored.form {
        Form::Plain => place(&stored.slot.field.ty),
        Form::With(module) => place(module),
        Form::As(wrapper) => place(wrapper),
    }
}

/// What writes and reads a field: a module, or a type seen as a trait. What does not fit is reported at the
/// field's type or in its attribute, in the same words for writing and reading, which the compiler says once.
fn expand_form(krate: &Path, stored: &StoredSlot<'_>) -> TokenStream {
    let ty = &stored.slot.field.ty;
    match stored.form {
        Form::Plain => {
            let storable = at(place(ty), &quote!(#krate::__private::Storable));
            quote_spanned!(place(ty)=> <#ty as #storable>)
        }
        Form::With(module) => quote!(#module),
        Form::As(wrapper) => {
            let same = quote!(#krate::__private::serde_with::Same);
            let here = place(wrapper);
            let wrapper = replace_inferred(wrapper.to_token_stream(), &same);
            let fitting = at(here, &quote!(#krate::__private::StoresAs<#ty>));
            quote_spanned!(here=> <#wrapper as #fitting>)
        }
    }
}

/// What a field gets when the record does not have it; fails where it has to be there.
pub(crate) fn expand_missing(layout: &Layout<'_>, stored: &StoredSlot<'_>) -> TokenStream {
    let krate = &layout.item.krate;
    let (ty, name, binding) = (
        &stored.slot.field.ty,
        stored.name.value(),
        stored.slot.binding(),
    );
    match (stored.missing, stored.form) {
        (Some(missing), _) => {
            let value = expand_rebuild(krate, missing, ty, &quote!(DefaultWhenMissing));
            quote!(#krate::__private::MaybeField::or_else(#binding, || #value))
        }
        (None, Form::Plain) => {
            let form = expand_form(krate, stored);
            quote!(#krate::__private::MaybeField::or_try(#binding, || #form::missing(#name))?)
        }
        (None, Form::With(_) | Form::As(_)) => {
            quote!(#krate::__private::MaybeField::or_missing(#binding, #name)?)
        }
    }
}

/// A value for a field that the record does not hold.
pub(crate) fn expand_rebuild(
    krate: &Path,
    rebuild: &Rebuild,
    ty: &Type,
    default: &TokenStream,
) -> TokenStream {
    match rebuild {
        Rebuild::Default => {
            let source = at(place(ty), &quote!(#krate::__private::#default));
            quote_spanned!(place(ty)=> <#ty as #source>::default_value())
        }
        Rebuild::Value(value) => quote!(#krate::__private::value::<#ty>(|| #value)),
    }
}

/// The parts of a `serde_with` type that are stored as they are, by their name there.
fn replace_inferred(tokens: TokenStream, same: &TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            proc_macro2::TokenTree::Ident(ident) if ident == "_" => same.clone(),
            proc_macro2::TokenTree::Group(group) => {
                let inner = replace_inferred(group.stream(), same);
                let mut replaced = proc_macro2::Group::new(group.delimiter(), inner);
                replaced.set_span(group.span());
                proc_macro2::TokenTree::Group(replaced).into()
            }
            other => other.into(),
        })
        .collect()
}

/// A path as serde's attributes take it.
fn text(path: &TokenStream, last: &str) -> LitStr {
    LitStr::new(&format!("{path}{last}"), proc_macro2::Span::call_site())
}
