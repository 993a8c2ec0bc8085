//! `#[derive(Protocol)]`: the impl of the trait, the table of handlers, the replies. The client is in [`client`].
//!
//! [`client`]: super::client

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, Ident, LitStr, parse_quote};

use super::client::{expand_client, expand_client_impls};
use super::generated;
use crate::locate::{at, names_at, place};
use crate::model::Style;
use crate::model::protocol::{Kind, Message, Protocol};
use crate::name::{bare_name, name_hash};

/// Expands to: `struct CounterClient`, and `impl Protocol for CounterMsg` with its hidden types.
///
/// A faulty protocol is expanded as well: what its sound messages need is known.
pub(crate) fn expand_protocol(protocol: &Protocol) -> TokenStream {
    let (client, client_impls) = (expand_client(protocol), expand_client_impls(protocol));
    let names = expand_names(protocol);
    let table = expand_table(protocol);
    let reply = expand_reply(protocol);
    let implementation = expand_impl(protocol);
    let generated = generated();
    quote! {
        #client
        #generated
        const _: () = { #names #table #reply #implementation #client_impls };
    }
}

fn table_name(protocol: &Protocol) -> Ident {
    format_ident!("__{}Handlers", protocol.ident)
}

/// The name of the hidden enum of replies.
pub(crate) fn reply_name(protocol: &Protocol) -> Ident {
    format_ident!("__{}Reply", protocol.ident)
}

/// A type for each field's name, which says by a number what the name is; it stands where the field does.
fn expand_names(protocol: &Protocol) -> TokenStream {
    let names = field_names(protocol);
    let declared = names.keys().map(|name| name_type(name));
    let types = names
        .iter()
        .map(|(name, place)| expand_name(protocol, name, *place));
    quote! {
        pub mod __names { #(pub struct #declared;)* }
        #(#types)*
    }
}

fn expand_name(protocol: &Protocol, name: &str, place: Span) -> TokenStream {
    let krate = at(place, &protocol.krate);
    let (ty, hash) = (at(place, &name_type(name)), name_hash(name));
    quote_spanned! {place=>
        impl #krate::__private::NamedAs<#hash> for __names::#ty {
            type Then<__Rest> = __Rest;
            fn then<__Rest>(rest: __Rest) -> __Rest { rest }
        }
    }
}

/// The names of all fields, each with the place where it occurs first.
fn field_names(protocol: &Protocol) -> BTreeMap<String, Span> {
    let fields = protocol.messages.iter().flat_map(|message| &message.fields);
    let mut names = BTreeMap::new();
    for name in fields.filter_map(|field| field.name.as_ref()) {
        names.entry(bare_name(name)).or_insert_with(|| name.span());
    }
    names
}

fn name_type(name: &str) -> Ident {
    syn::parse_str(name).unwrap_or_else(|_| Ident::new_raw(name, proc_macro2::Span::call_site()))
}

/// `struct __CounterMsgHandlers<S> { add: Handler<S, (Field<by, i64>,), i64>, .. }`
fn expand_table(protocol: &Protocol) -> TokenStream {
    let (krate, name) = (&protocol.krate, table_name(protocol));
    if !has_table(protocol) {
        return TokenStream::new();
    }
    let generics = with_state(protocol);
    let (impls, _, bounds) = generics.split_for_impl();
    let entries = protocol.messages.iter().filter_map(|message| {
        let method = message.method.as_ref()?;
        let fields = expand_field_types(message, krate);
        let reply = message
            .misplaced_reply()
            .map_or_else(|| reply_type(message, krate), ToTokens::to_token_stream);
        Some(quote!(pub #method: #krate::__private::Handler<__State, #fields, #reply>))
    });
    quote! {
        pub struct #name #impls #bounds { #(#entries,)* }
    }
}

/// A faulty protocol may have no message that can be handled.
fn has_table(protocol: &Protocol) -> bool {
    protocol
        .messages
        .iter()
        .any(|message| message.method.is_some())
}

/// The type of the table, as the trait has it.
fn expand_table_type(protocol: &Protocol) -> TokenStream {
    let (krate, name) = (&protocol.krate, table_name(protocol));
    if !has_table(protocol) {
        return quote!(#krate::__private::NoHandlers);
    }
    let with_state = with_state(protocol);
    let (_, parameters, _) = with_state.split_for_impl();
    quote!(#name #parameters)
}

fn expand_field_types(message: &Message, krate: &syn::Path) -> TokenStream {
    let tabled = message
        .fields
        .iter()
        .filter(|field| field.answers.is_none());
    let types = tabled.map(|field| {
        let ty = &field.ty;
        let name = field.name.as_ref().map(|name| name_type(&bare_name(name)));
        let name = name.map_or_else(
            || quote!(#krate::__private::AnyName),
            |name| quote!(__names::#name),
        );
        quote!(#krate::__private::Field<#name, #ty>)
    });
    quote!((#(#types,)*))
}

fn reply_type(message: &Message, krate: &syn::Path) -> TokenStream {
    match &message.kind {
        Kind::Call(reply) => quote!(#reply),
        Kind::Cast | Kind::Info => quote!(()),
        Kind::Unknown => quote!(#krate::__private::Unknown),
    }
}

/// The parameters of the protocol and of whoever serves it.
fn with_state(protocol: &Protocol) -> Generics {
    let (krate, ident) = (&protocol.krate, &protocol.ident);
    let mut generics = protocol.generics.clone();
    let (_, parameters, _) = protocol.generics.split_for_impl();
    generics
        .params
        .push(parse_quote! { __State: #krate::GenServer<Protocol = #ident #parameters> });
    generics
}

/// `enum __CounterMsgReply { Add(i64), __Silent }`
fn expand_reply(protocol: &Protocol) -> TokenStream {
    let (krate, name) = (&protocol.krate, reply_name(protocol));
    let (impls, _, bounds) = protocol.generics.split_for_impl();
    let replies = protocol
        .messages
        .iter()
        .filter(|message| message.is_call())
        .map(|message| {
            let (ident, reply) = (&message.ident, reply_type(message, krate));
            quote!(#ident(#reply))
        });
    let parameters: Vec<_> = protocol
        .generics
        .type_params()
        .map(|parameter| &parameter.ident)
        .collect();
    quote! {
        pub enum #name #impls #bounds {
            #(#replies,)*
            __Silent(::core::marker::PhantomData<fn() -> (#(#parameters,)*)>),
        }
    }
}

fn expand_impl(protocol: &Protocol) -> TokenStream {
    let (krate, ident, client) = (&protocol.krate, &protocol.ident, &protocol.client);
    let (impls, parameters, bounds) = protocol.generics.split_for_impl();
    let (reply, table) = (reply_name(protocol), expand_table_type(protocol));
    let name = LitStr::new(&syn::ext::IdentExt::unraw(ident).to_string(), ident.span());
    let messages = protocol
        .messages
        .iter()
        .map(|message| expand_message_info(message, krate));
    let numbers = protocol
        .messages
        .iter()
        .zip(0_usize..)
        .map(|(message, number)| {
            let variant = &message.ident;
            quote!(#ident::#variant { .. } => #number)
        });
    let arms = protocol
        .messages
        .iter()
        .filter_map(|message| expand_arm(protocol, message));
    let rest = expand_rest(protocol);
    // All of it at the enum's name: what cannot be sent is reported there, and once.
    let name_place = ident.span();
    let implemented = at(name_place, &quote!(#krate::Protocol));
    let header = quote_spanned!(name_place=> impl #impls #implemented for #ident #parameters);
    let dispatch = quote! {
        fn dispatch<__State: #krate::GenServer<Protocol = Self>>(
            self,
            __handlers: &<Self as #krate::Protocol>::Handlers<__State>,
            __stage: #krate::__private::Stage<'_, __State>,
        ) -> #krate::__private::Step<__State>
    };
    let dispatch = names_at(name_place, &dispatch);
    let this = quote!(self);
    let dispatched = quote_spanned!(name_place=> { match #this { #(#arms,)* #rest } });
    let content = quote! {
        const NAME: &'static ::core::primitive::str = #name;
        const MESSAGES: &'static [#krate::__private::MessageInfo] = &[#(#messages),*];
        type Client = #client #parameters;
        type Reply = #reply #parameters;
        type Handlers<__State: #krate::GenServer<Protocol = Self>> = #table;

        fn index(&self) -> ::core::primitive::usize {
            match self { #(#numbers,)* #rest }
        }

        #dispatch #dispatched
    };
    quote_spanned!(name_place=> #[automatically_derived] #header #bounds { #content })
}

fn expand_message_info(message: &Message, krate: &syn::Path) -> TokenStream {
    let name = LitStr::new(
        &syn::ext::IdentExt::unraw(&message.ident).to_string(),
        message.ident.span(),
    );
    let kind = match message.kind {
        Kind::Call(_) | Kind::Unknown => quote!(Call),
        Kind::Cast => quote!(Cast),
        Kind::Info => quote!(Info),
    };
    quote!(#krate::__private::MessageInfo { name: #name, kind: #krate::__private::MessageKind::#kind })
}

/// `CounterMsg::Add { by } => stage.run(&handlers.add, (Field::new(by),), Reply::Add)`
fn expand_arm(protocol: &Protocol, message: &Message) -> Option<TokenStream> {
    let (krate, ident, variant) = (&protocol.krate, &protocol.ident, &message.ident);
    let (method, reply) = (message.method.as_ref()?, reply_name(protocol));
    if message.misplaced_reply().is_some() {
        return None;
    }
    let bindings: Vec<Ident> = (0..message.fields.len())
        .map(|at| format_ident!("__value_{at}"))
        .collect();
    let pattern = expand_pattern(message, &bindings);
    let wrap = if message.is_call() {
        quote!(#reply::#variant)
    } else {
        quote!(|()| #reply::__Silent(::core::marker::PhantomData))
    };
    // A reply that cannot be sent is reported where it stands.
    let here = match &message.kind {
        Kind::Call(reply) => place(reply),
        _ => Span::call_site(),
    };
    let run = at(here, &quote!(#krate::__private::Stage::run));
    Some(quote! {
        #ident::#variant #pattern => #run(
            __stage,
            &__handlers.#method,
            (#(#krate::__private::Field::new(#bindings),)*),
            #wrap,
        )
    })
}

/// The arm for what of a faulty protocol has no arm of its own.
fn expand_rest(protocol: &Protocol) -> Option<TokenStream> {
    let is_sound = has_table(protocol)
        && protocol
            .messages
            .iter()
            .all(|message| message.method.is_some() && message.misplaced_reply().is_none());
    (!is_sound).then(|| quote!(#[allow(unreachable_patterns)] _ => ::core::unreachable!(),))
}

/// The fields of a message, bound or given as `values`.
pub(crate) fn expand_pattern(message: &Message, values: &[Ident]) -> TokenStream {
    let names = message
        .fields
        .iter()
        .filter_map(|field| field.name.as_ref());
    match message.style {
        Style::Named => quote!({ #(#names: #values,)* }),
        Style::Tuple => quote!((#(#values,)*)),
        Style::Unit => TokenStream::new(),
    }
}
