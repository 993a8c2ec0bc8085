//! The lock of a shape: compared while compiling, at the value that is written down.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::layout::Layout;
use super::server::expand_kind;
use super::shape::expand_shape_of;
use super::stored::stored_name;
use crate::locate::{at, place};
use crate::model::outline::Outlined;
use crate::model::{Item, OldVersion, Persist, WrittenShape};

/// Expands to: `impl Shape for StoredOrder`, `impl Locked for Order`, and the comparison; or nothing without `shape`.
pub(crate) fn expand_lock(persist: &Persist, layout: &Layout<'_>) -> Option<TokenStream> {
    let written = persist.shape.as_ref()?;
    let (krate, stored) = (&layout.item.krate, stored_name(layout));
    let shape = expand_shape_of(&Outlined::of_item(layout.item), &stored);
    let (name, version) = (name_of(layout.item), persist.version);
    let kind = expand_kind(layout.item, Some(persist));
    let lock = quote! {
        #krate::shape::Lock::of_state(
            #name,
            #kind,
            #version,
            <#stored as #krate::shape::Shape>::SHAPE,
        )
    };
    let locked = expand_locked(layout.item, written, &lock);
    Some(quote!(#shape #locked))
}

/// Expands to the same for an old version, which is stored as it is.
pub(crate) fn expand_old_lock(old: &OldVersion) -> Option<TokenStream> {
    let (kind, written) = old.lock.as_ref()?;
    let (krate, ident, name) = (&old.item.krate, &old.item.ident, name_of(&old.item));
    let shape = expand_shape_of(&Outlined::of_item(&old.item), ident);
    let lock = quote! {
        #krate::shape::Lock::of_old_version(
            #name,
            #kind,
            <#ident as #krate::shape::Shape>::SHAPE,
        )
    };
    let locked = expand_locked(&old.item, written, &lock);
    Some(quote!(#shape #locked))
}

fn expand_locked(item: &Item, written: &WrittenShape, lock: &TokenStream) -> TokenStream {
    let (krate, ident) = (&item.krate, &item.ident);
    let (value, here) = (written.value, place(&written.literal));
    let there = at(here, krate);
    let owner = at(here, &ident.to_token_stream());
    let check = quote_spanned!(here=> <#owner as #there::shape::Locked>::LOCK.check(#value));
    quote! {
        impl #krate::shape::Locked for #ident {
            const LOCK: #krate::shape::Lock = #lock;
        }
        const _: () = #check;
    }
}

fn name_of(item: &Item) -> String {
    item.ident.unraw().to_string()
}
