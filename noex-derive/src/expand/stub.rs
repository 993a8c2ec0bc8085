//! What stands beside reported mistakes: impls that compile, so that one mistake causes one error.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, ItemImpl, Path};

use super::generated;
use super::layout::Layout;
use super::persist::expand_to_stored;
use super::server::{expand_impl, expand_init_as, expand_spec};
use super::stored::{expand_stored_type, stored_name};
use crate::model::{Item, State};

/// Expands to: the same impls as for a sound state, with bodies that are never run.
pub(crate) fn expand_server_stub(state: &State) -> TokenStream {
    let layout = Layout::new(&state.item);
    let init = expand_init_as(
        state,
        &quote!({
            let _ = (__args, __cx);
            ::core::unreachable!()
        }),
    );
    let server = expand_impl(state, &layout, &init);
    let spec = expand_spec(state, &layout);
    let stored = state.persist.as_ref().map(|persist| {
        let stored = expand_stored_stub(&layout);
        let persistent =
            super::persist::expand_impl(persist, &layout, &persistent_stub(&state.item));
        quote!(#stored #persistent)
    });
    let generated = generated();
    quote! {
        #generated
        const _: () = { #server #spec #stored };
    }
}

/// Expands to: handlers of whatever messages the state has, for a block that does not say of which.
pub(crate) fn expand_handlers_stub(krate: &Path, block: &ItemImpl) -> TokenStream {
    let state = &block.self_ty;
    let (impls, _, bounds) = block.generics.split_for_impl();
    let protocol = quote!(<#state as #krate::GenServer>::Protocol);
    let generated = generated();
    quote! {
        #generated
        const _: () = {
            impl #impls #krate::Serve<#state> for #protocol #bounds {
                const HANDLERS: <#protocol as #krate::Protocol>::Handlers<#state> = ::core::unreachable!();
            }
        };
    }
}

/// Expands to: `Serialize` and `Deserialize` that always fail.
pub(crate) fn expand_old_version_stub(item: &Item) -> TokenStream {
    let layout = Layout::new(item);
    let serde = expand_serde_stub(&layout, &layout.item.ident, &layout.generics);
    let generated = generated();
    quote! {
        #generated
        const _: () = { #serde };
    }
}

fn expand_stored_stub(layout: &Layout<'_>) -> TokenStream {
    let ty = expand_stored_type(layout);
    let serde = expand_serde_stub(layout, &stored_name(layout), &layout.stored_generics);
    let to_stored = expand_to_stored(layout);
    quote! {
        #[allow(dead_code)]
        #ty
        #serde
        #to_stored
    }
}

fn persistent_stub(item: &Item) -> TokenStream {
    let krate = &item.krate;
    let serializer = quote!(#krate::__private::serde::Serializer);
    quote! {
        fn serialize_stored<__S: #serializer>(
            &self,
            _: __S,
        ) -> ::core::result::Result<<__S as #serializer>::Ok, <__S as #serializer>::Error> {
            ::core::unreachable!()
        }

        fn from_stored(_: <Self as #krate::__private::Persistent>::Stored) -> Self {
            ::core::unreachable!()
        }

        fn load(
            _: ::core::primitive::u32,
            _: #krate::__private::Decoder<'_>,
        ) -> ::core::result::Result<Self, #krate::__private::LoadError> {
            ::core::unreachable!()
        }
    }
}

fn expand_serde_stub(layout: &Layout<'_>, owner: &syn::Ident, generics: &Generics) -> TokenStream {
    let krate = &layout.item.krate;
    let serde = quote!(#krate::__private::serde);
    let (impls, parameters, bounds) = generics.split_for_impl();
    let mut with_lifetime = generics.clone();
    with_lifetime.params.insert(0, syn::parse_quote!('__de));
    let (de_impls, _, _) = with_lifetime.split_for_impl();
    quote! {
        impl #impls #serde::Serialize for #owner #parameters #bounds {
            fn serialize<__S: #serde::Serializer>(
                &self,
                _: __S,
            ) -> ::core::result::Result<<__S as #serde::Serializer>::Ok, <__S as #serde::Serializer>::Error> {
                ::core::unreachable!()
            }
        }

        impl #de_impls #serde::Deserialize<'__de> for #owner #parameters #bounds {
            fn deserialize<__D: #serde::Deserializer<'__de>>(
                _: __D,
            ) -> ::core::result::Result<Self, <__D as #serde::Deserializer<'__de>>::Error> {
                ::core::unreachable!()
            }
        }
    }
}
