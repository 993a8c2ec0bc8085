//! `#[persist(..)]` on a state: the impl of `Persistent`, the stored form, and `to_stored`.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{ExprPath, Ident, Path};

use super::expand_some_duration;
use super::layout::{Layout, stored_binding};
use super::lock::expand_lock;
use super::server::{expand_hook, expand_kind};
use super::stored::{expand_borrow, expand_restored, expand_stored, stored_name};
use crate::locate::{at, names_at, place};
use crate::model::Persist;

/// Expands to: `struct StoredOrder { .. }`, `impl Persistent for Order`, `impl Order { fn to_stored(..) }`.
pub(crate) fn expand_persist(persist: &Persist, layout: &Layout<'_>) -> TokenStream {
    let stored = expand_stored(layout);
    let serialize = expand_serialize_stored(layout);
    let restore = expand_from_stored(layout);
    let load = expand_load(persist, layout);
    let clone = (persist.clones == Some(true)).then(|| expand_clone_stored(layout));
    let hooks = expand_hooks(persist, &layout.item.krate);
    let functions = quote!(#serialize #restore #load #clone #hooks);
    let persistent = expand_impl(persist, layout, &functions);
    let to_stored = expand_to_stored(layout);
    let lock = expand_lock(persist, layout);
    quote!(#stored #persistent #to_stored #lock)
}

/// `impl Persistent for Order { .. }` with the given functions.
pub(crate) fn expand_impl(
    persist: &Persist,
    layout: &Layout<'_>,
    functions: &TokenStream,
) -> TokenStream {
    let (krate, ident) = (&layout.item.krate, &layout.item.ident);
    let (impls, parameters, bounds) = layout.generics.split_for_impl();
    let (_, stored_parameters, _) = layout.stored_generics.split_for_impl();
    let (stored, attributes) = (stored_name(layout), expand_attributes(persist, layout));
    let place = ident.span();
    let persistent = at(place, &quote!(#krate::__private::Persistent));
    let header = quote_spanned!(place=> impl #impls #persistent for #ident #parameters);
    quote! {
        #[automatically_derived]
        #header #bounds {
            type Stored = #stored #stored_parameters;
            const ATTRIBUTES: #krate::__private::PersistAttributes = #attributes;
            #functions
        }
    }
}

/// `fn to_stored(&self) -> Stored<Self>`, where the stored fields can be cloned.
pub(crate) fn expand_to_stored(layout: &Layout<'_>) -> TokenStream {
    let (ident, visibility) = (&layout.item.ident, &layout.item.visibility);
    let (impls, parameters, bounds) = layout.generics.split_for_impl();
    let (stored, clones) = (stored_name(layout), expand_clone_bounds(layout));
    let (_, stored_parameters, _) = layout.stored_generics.split_for_impl();
    let arms = layout.variants.iter().map(|variant| {
        let pattern = variant.whole_value(ident, stored_binding);
        let value = variant.stored_value(&stored, |slot| {
            let binding = slot.slot.binding();
            quote!(::core::clone::Clone::clone(#binding))
        });
        quote!(#pattern => #value)
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #impls #ident #parameters #bounds {
            /// The state as it is stored.
            #visibility fn to_stored(&self) -> #stored #stored_parameters #clones {
                match self { #(#arms,)* }
            }
        }
    }
}

/// Bounds that hold back their complaint until the function is called.
fn expand_clone_bounds(layout: &Layout<'_>) -> TokenStream {
    let mut seen = HashSet::new();
    let types = layout
        .stored()
        .map(|stored| stored.slot.field.ty.to_token_stream());
    let distinct = types
        .filter(|ty| seen.insert(ty.to_string()))
        .collect::<Vec<_>>();
    quote!(where #(for<'__never> #distinct: ::core::clone::Clone,)*)
}

fn expand_attributes(persist: &Persist, layout: &Layout<'_>) -> TokenStream {
    let (krate, kind) = (&layout.item.krate, expand_kind(layout.item, Some(persist)));
    let attributes = quote!(#krate::__private::PersistAttributes);
    let version = persist.version;
    let set = [
        Some(quote!(kind: #kind)),
        persist
            .interval
            .map(expand_some_duration)
            .map(|time| quote!(interval: #time)),
        persist
            .save_on_stop
            .map(|save| quote!(save_on_stop: ::core::option::Option::Some(#save))),
        persist.restore.map(|restore| quote!(restore: #restore)),
        persist
            .key
            .as_ref()
            .map(|key| quote!(key: ::core::option::Option::Some(#key))),
        persist
            .max_age
            .map(expand_some_duration)
            .map(|time| quote!(max_age: #time)),
        persist
            .max_idle
            .map(expand_some_duration)
            .map(|time| quote!(max_idle: #time)),
        persist
            .cleanup_interval
            .map(expand_some_duration)
            .map(|time| quote!(cleanup_interval: #time)),
        persist.delete_on_stop.then(|| quote!(delete_on_stop: true)),
        Some(quote!(version: #version)),
        persist.shape.as_ref().map(|shape| {
            let value = shape.value;
            quote!(shape: ::core::option::Option::Some(#value))
        }),
        persist.quarantine.map(|quarantine| {
            let way = format_ident!("{}", if quarantine { "Quarantine" } else { "Fail" });
            quote!(on_unreadable: #krate::__private::OnUnreadable::#way)
        }),
        persist.clones.map(|clones| {
            let way = format_ident!("{}", if clones { "Cloned" } else { "Inline" });
            quote!(snapshot: #krate::__private::Snapshot::#way)
        }),
        persist.msgpack.as_ref().map(|name| {
            let codec = at(name.span(), &quote!(#krate::__private::MessagePack));
            let enabled = at(name.span(), &quote!(#krate::__private::Enabled));
            let value = quote_spanned!(name.span()=> <#codec as #enabled>::CODEC);
            quote!(codec: #value)
        }),
    ];
    let set = set.into_iter().flatten();
    quote!(#attributes { #(#set,)* ..#attributes::DEFAULT })
}

fn expand_serialize_stored(layout: &Layout<'_>) -> TokenStream {
    let krate = &layout.item.krate;
    let serializer = quote!(#krate::__private::serde::Serializer);
    let borrow = expand_borrow(layout, |variant| {
        variant.whole_value(&layout.item.ident, stored_binding)
    });
    quote! {
        fn serialize_stored<__S: #serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<<__S as #serializer>::Ok, <__S as #serializer>::Error> {
            #borrow
            #krate::__private::serde::Serialize::serialize(&__borrowed, __serializer)
        }
    }
}

fn expand_from_stored(layout: &Layout<'_>) -> TokenStream {
    let krate = &layout.item.krate;
    let stored = stored_name(layout);
    let arms = layout.variants.iter().map(|variant| {
        let pattern = variant.stored_value(&stored, |slot| slot.slot.binding().into_token_stream());
        let value = variant.whole_value(&layout.item.ident, |slot| expand_restored(layout, slot));
        quote!(#pattern => #value)
    });
    quote! {
        fn from_stored(__stored: <Self as #krate::__private::Persistent>::Stored) -> Self {
            match __stored { #(#arms,)* }
        }
    }
}

/// The stored fields cloned; one that cannot be is reported at its type.
fn expand_clone_stored(layout: &Layout<'_>) -> TokenStream {
    let krate = &layout.item.krate;
    let stored = stored_name(layout);
    let arms = layout.variants.iter().map(|variant| {
        let pattern = variant.whole_value(&layout.item.ident, stored_binding);
        let value = variant.stored_value(&stored, |slot| {
            let (binding, ty) = (slot.slot.binding(), &slot.slot.field.ty);
            let krate = at(place(ty), krate);
            quote_spanned! {place(ty)=>
                <#krate::__private::ByClone as #krate::__private::Copies<#ty>>::copy(#binding)
            }
        });
        quote!(#pattern => #value)
    });
    quote! {
        fn clone_stored(&self) -> ::core::option::Option<<Self as #krate::__private::Persistent>::Stored> {
            ::core::option::Option::Some(match self { #(#arms,)* })
        }
    }
}

/// One arm a version; each goes through the steps from its own version on.
fn expand_load(persist: &Persist, layout: &Layout<'_>) -> TokenStream {
    let krate = &layout.item.krate;
    let current = persist.version;
    let steps = expand_steps(persist, krate);
    let arms = persist
        .old_versions
        .iter()
        .zip(1_u32..)
        .map(|(ty, version)| {
            let from = step_name(version);
            let decode = at(place(ty), &quote!(#krate::__private::decode_old));
            let read = quote_spanned!(place(ty)=> #decode::<#ty>(__record)?);
            quote!(#version => #from(#read))
        });
    quote! {
        fn load(
            __version: ::core::primitive::u32,
            __record: #krate::__private::Decoder<'_>,
        ) -> ::core::result::Result<Self, #krate::__private::LoadError> {
            #steps
            match __version {
                #(#arms,)*
                #current => ::core::result::Result::map(
                    #krate::__private::decode_current::<<Self as #krate::__private::Persistent>::Stored>(__record),
                    <Self as #krate::__private::Persistent>::from_stored,
                ),
                __found => ::core::result::Result::Err(#krate::__private::unknown_version(__found, #current)),
            }
        }
    }
}

/// One closure a step, the last one first: each leads on to the next.
fn expand_steps(persist: &Persist, krate: &Path) -> TokenStream {
    let olds: Vec<_> = persist.old_versions.iter().zip(1_u32..).collect();
    let mut steps = TokenStream::new();
    let mut next: Option<&syn::Type> = None;
    for (old, version) in olds.into_iter().rev() {
        let (name, to) = (step_name(version), version.saturating_add(1));
        let target = next.map_or_else(|| quote!(Self), ToTokens::to_token_stream);
        let step = at(place(old), &quote!(#krate::__private::step));
        let step = quote_spanned!(place(old)=> #step::<#old, #target>(__old, #version, #to));
        let rest = match next {
            Some(_) => {
                let following = step_name(to);
                quote!(#following(#step?))
            }
            None => step,
        };
        steps.extend(quote! {
            let #name = |__old: #old| -> ::core::result::Result<Self, #krate::__private::LoadError> { #rest };
        });
        next = Some(old);
    }
    steps
}

fn step_name(version: u32) -> Ident {
    format_ident!("__from_version_{version}")
}

fn expand_hooks(persist: &Persist, krate: &Path) -> TokenStream {
    let stored = quote!(<Self as #krate::__private::Persistent>::Stored);
    let before = persist.before_persist.as_ref().map(|path| {
        let call = expand_checked(
            path,
            &quote!(for<'__a> fn(&'__a Self) -> #krate::Persist<#stored>),
            &quote!(self),
        );
        quote!(fn before_persist(&self) -> #krate::Persist<#stored> { #call })
    });
    let after = persist.after_persist.as_ref().map(|path| {
        let signature = quote!(for<'__a, '__b> fn(&'__a mut Self, &'__b #krate::RecordMeta));
        let call = expand_checked(path, &signature, &quote!(self, __meta));
        quote!(fn after_persist(&mut self, __meta: &#krate::RecordMeta) { #call })
    });
    let on_error = persist.on_error.as_ref().map(|path| {
        let signature = quote!(for<'__a> fn(&'__a #krate::PersistenceError));
        let call = expand_checked(path, &signature, &quote!(__error));
        quote!(fn on_error(__error: &#krate::PersistenceError) { #call })
    });
    let on_restore = persist.on_restore.as_ref().map(|path| {
        let call = expand_hook(krate, path, "on_restore", &["self", "__meta"], &quote!(()));
        quote! {
            fn on_restore<'__a>(
                &'__a mut self,
                __meta: &'__a #krate::RecordMeta,
            ) -> ::core::option::Option<
                #krate::__private::BoxFuture<'__a, ::core::result::Result<(), #krate::__private::HookError>>,
            > {
                ::core::option::Option::Some(#call)
            }
        }
    });
    quote!(#before #after #on_error #on_restore)
}

/// A call of a hook with one signature, all of it where the path stands: the compiler shows it there.
fn expand_checked(
    path: &ExprPath,
    signature: &TokenStream,
    arguments: &TokenStream,
) -> TokenStream {
    let place = place(path);
    let (signature, arguments) = (at(place, signature), names_at(place, arguments));
    quote_spanned! {place=>
        let __hook: #signature = #path;
        __hook(#arguments)
    }
}
