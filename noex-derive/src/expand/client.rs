//! The client of a protocol: one documented method a call or cast.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, LitStr, PathArguments, Type};

use super::protocol::{expand_pattern, reply_name};
use crate::locate::place;
use crate::model::protocol::{Kind, Message, Protocol};

/// Expands to: `struct CounterClient { .. }`
pub(crate) fn expand_client(protocol: &Protocol) -> TokenStream {
    let (krate, ident, client) = (&protocol.krate, &protocol.ident, &protocol.client);
    let visibility = &protocol.visibility;
    let (impls, parameters, bounds) = protocol.generics.split_for_impl();
    let shown =
        format!("Asks and tells a server that handles [`{ident}`]: a handle, cheap to clone.");
    quote! {
        #[doc = #shown]
        #visibility struct #client #impls #bounds {
            port: #krate::__private::PortRef<#ident #parameters>,
        }
    }
}

/// Expands to: `impl CounterClient { .. }`, `Clone`, `Debug`, `From<PortRef<..>>`, `Client`
pub(crate) fn expand_client_impls(protocol: &Protocol) -> TokenStream {
    let client = &protocol.client;
    let (impls, parameters, bounds) = protocol.generics.split_for_impl();
    let methods = protocol
        .messages
        .iter()
        .filter_map(|message| expand_method(protocol, message));
    let traits = expand_traits(protocol);
    quote! {
        #[allow(dead_code)]
        impl #impls #client #parameters #bounds { #(#methods)* }
        #traits
    }
}

/// One method; infos have none.
fn expand_method(protocol: &Protocol, message: &Message) -> Option<TokenStream> {
    let (krate, ident, visibility) = (&protocol.krate, &protocol.ident, &protocol.visibility);
    let (_, parameters, _) = protocol.generics.split_for_impl();
    let (shown, method) = (expand_shown(message), message.method.as_ref()?);
    let names = argument_names(message);
    let types = message.fields.iter().map(|field| &field.ty);
    let variant = &message.ident;
    let fields = expand_pattern(message, &names);
    let message_type = quote!(#ident #parameters);
    let sent = quote!(#ident::#variant #fields);
    let (returned, made) = match &message.kind {
        Kind::Info => return None,
        Kind::Cast => (
            quote!(#krate::Cast<'_, #message_type>),
            quote!(#krate::Cast::new(&self.port, #sent)),
        ),
        Kind::Call(reply) => expand_call(protocol, message, reply, &sent),
        Kind::Unknown => {
            let reply: Type = syn::parse_quote!(#krate::__private::Unknown);
            expand_call(protocol, message, &reply, &sent)
        }
    };
    Some(quote! {
        #shown
        #visibility fn #method(&self, #(#names: #types),*) -> #returned { #made }
    })
}

/// The type of a call and how it is made; a reply written as a `Result` is taken apart.
fn expand_call(
    protocol: &Protocol,
    message: &Message,
    reply: &Type,
    sent: &TokenStream,
) -> (TokenStream, TokenStream) {
    let (krate, ident, variant) = (&protocol.krate, &protocol.ident, &message.ident);
    let (_, parameters, _) = protocol.generics.split_for_impl();
    let replies = reply_name(protocol);
    let (content, opened) = if is_result(reply) {
        let result = quote_spanned!(place(reply)=> <#reply as #krate::__private::ResultReply>);
        (
            quote!(#result::Ok, #result::Err),
            quote!(#result::into_result(__reply)),
        )
    } else {
        (quote!(#reply), quote!(::core::result::Result::Ok(__reply)))
    };
    let returned = quote!(#krate::Call<'_, #ident #parameters, #content>);
    let made = quote! {
        #krate::Call::new(&self.port, #sent, |__replied| match __replied {
            #replies::#variant(__reply) => #opened,
            #[allow(unreachable_patterns)]
            _ => ::core::unreachable!("a handler answers with the reply of its message"),
        })
    };
    (returned, made)
}

/// Whether a reply is written as a path that ends in `Result` with arguments.
fn is_result(reply: &Type) -> bool {
    let Type::Path(path) = reply else {
        return false;
    };
    path.path.segments.last().is_some_and(|last| {
        last.ident == "Result" && matches!(last.arguments, PathArguments::AngleBracketed(_))
    })
}

/// The variant's documentation, or a sentence of our own.
fn expand_shown(message: &Message) -> TokenStream {
    let shown = &message.shown;
    let documented = shown
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"));
    let own = (!documented).then(|| {
        let text = format!("Sends `{}`.", message.ident);
        let text = LitStr::new(&text, message.ident.span());
        quote!(#[doc = #text])
    });
    quote!(#(#shown)* #own)
}

fn argument_names(message: &Message) -> Vec<Ident> {
    let many = message.fields.len() > 1;
    let name = |at: usize| {
        if many {
            format_ident!("value_{}", at + 1)
        } else {
            format_ident!("value")
        }
    };
    let fields = message.fields.iter().enumerate();
    fields
        .map(|(at, field)| field.name.clone().unwrap_or_else(|| name(at)))
        .collect()
}

fn expand_traits(protocol: &Protocol) -> TokenStream {
    let (krate, ident, client) = (&protocol.krate, &protocol.ident, &protocol.client);
    let (impls, parameters, bounds) = protocol.generics.split_for_impl();
    let port = quote!(#krate::__private::PortRef<#ident #parameters>);
    let name = LitStr::new(&client.to_string(), client.span());
    quote! {
        impl #impls ::core::clone::Clone for #client #parameters #bounds {
            fn clone(&self) -> Self {
                Self { port: ::core::clone::Clone::clone(&self.port) }
            }
        }

        impl #impls ::core::fmt::Debug for #client #parameters #bounds {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #krate::__private::fmt_client(#name, &self.port, f)
            }
        }

        impl #impls ::core::convert::From<#port> for #client #parameters #bounds {
            fn from(port: #port) -> Self {
                Self { port }
            }
        }

        impl #impls #krate::Client for #client #parameters #bounds {
            type Protocol = #ident #parameters;

            fn port(&self) -> &#port {
                &self.port
            }
        }
    }
}
