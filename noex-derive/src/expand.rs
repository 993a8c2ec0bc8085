//! Checked models become code. Nothing here can fail, and every path written here is absolute.

pub(crate) mod client;
pub(crate) mod codec;
pub(crate) mod handlers;
pub(crate) mod layout;
pub(crate) mod lock;
pub(crate) mod persist;
pub(crate) mod protocol;
pub(crate) mod server;
pub(crate) mod shape;
pub(crate) mod stored;
pub(crate) mod stub;

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;

/// The attributes of an item that the user did not write: no lint is about it.
pub(crate) fn generated() -> TokenStream {
    quote! {
        #[automatically_derived]
        #[allow(
            deprecated,
            missing_docs,
            non_camel_case_types,
            private_interfaces,
            unit_bindings,
            unused_qualifications,
            unreachable_pub,
            clippy::all,
            clippy::pedantic,
            clippy::restriction,
            clippy::nursery
        )]
    }
}

/// A duration as a constant expression.
fn expand_duration(duration: Duration) -> TokenStream {
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    quote!(::core::time::Duration::new(#seconds, #nanos))
}

/// `Some(..)` of a duration.
fn expand_some_duration(duration: Duration) -> TokenStream {
    let duration = expand_duration(duration);
    quote!(::core::option::Option::Some(#duration))
}
