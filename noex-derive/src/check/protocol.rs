//! The rules of a message enum.

use std::collections::HashMap;

use syn::{Data, DataEnum, DeriveInput, Fields, Generics, Ident, Variant, parse_quote};

use crate::attr::crate_path;
use crate::attr::protocol::{parse_mark, parse_protocol};
use crate::errors::{Errors, Message as Mistake};
use crate::model::Style;
use crate::model::protocol::{Kind, Message, MessageField, Protocol};
use crate::name::{client_name, method_name};
use crate::self_type::replace_self;

/// Reads and checks a message enum, or reports that it is none.
pub(crate) fn check_protocol(input: DeriveInput, errors: &Errors) -> Option<Protocol> {
    let attr = parse_protocol(&input.attrs, errors);
    let variants = errors.keep(check_enum(&input))?;
    check_lifetimes(&input.generics, errors);
    let messages: Vec<Message> = variants
        .variants
        .iter()
        .filter_map(|variant| check_message(variant, &input, errors))
        .collect();
    check_methods(&messages, errors);
    Some(Protocol {
        krate: crate_path(&attr.krate),
        client: attr
            .client
            .map_or_else(|| client_name(&input.ident), |client| client.value),
        visibility: input.vis,
        ident: input.ident,
        generics: sendable(input.generics),
        messages,
    })
}

/// A protocol is an enum: a message is one of its variants.
fn check_enum(input: &DeriveInput) -> Result<&DataEnum, Mistake> {
    match &input.data {
        Data::Enum(data) if data.variants.is_empty() => Err(Mistake::at(
            &input.ident,
            format!("protocol `{}` has no messages", input.ident),
        )
        .help("add a variant marked `#[call(Reply)]`, `#[cast]` or `#[info]`")),
        Data::Enum(data) => Ok(data),
        Data::Struct(_) => Err(not_an_enum(input, "a struct")),
        Data::Union(_) => Err(not_an_enum(input, "a union")),
    }
}

fn not_an_enum(input: &DeriveInput, what: &str) -> Mistake {
    Mistake::at(
        &input.ident,
        format!("`{}` is {what}, but a protocol is an enum", input.ident),
    )
    .help("write an enum with one variant a message")
}

/// A message waits in a queue for as long as it has to, so it can borrow nothing.
fn check_lifetimes(generics: &Generics, errors: &Errors) {
    for lifetime in generics.lifetimes() {
        errors.push(
            Mistake::at(lifetime, "messages cannot borrow")
                .note("a message waits in its server's queue, so every field has to be owned"),
        );
    }
}

fn check_message(variant: &Variant, input: &DeriveInput, errors: &Errors) -> Option<Message> {
    let kind = parse_mark(&variant.attrs, &variant.ident, errors);
    let Some(method) = method_name(&variant.ident) else {
        errors.push(
            Mistake::at(
                &variant.ident,
                format!("message `{}` has no name as a method", variant.ident),
            )
            .help("give the message another name"),
        );
        return None;
    };
    let path = own_path(input);
    Some(Message {
        shown: variant
            .attrs
            .iter()
            .filter(|attribute| is_shown(attribute))
            .cloned()
            .collect(),
        ident: variant.ident.clone(),
        method,
        kind: match kind {
            Kind::Call(reply) => Kind::Call(replace_self(&reply, &path)),
            kind => kind,
        },
        style: style_of(&variant.fields),
        fields: variant
            .fields
            .iter()
            .map(|field| MessageField {
                name: field.ident.clone(),
                ty: replace_self(&field.ty, &path),
            })
            .collect(),
    })
}

fn own_path(input: &DeriveInput) -> proc_macro2::TokenStream {
    let ident = &input.ident;
    let (_, parameters, _) = input.generics.split_for_impl();
    let turbofish = parameters.as_turbofish();
    quote::quote!(#ident #turbofish)
}

fn is_shown(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("doc") || attribute.path().is_ident("deprecated")
}

pub(crate) fn style_of(fields: &Fields) -> Style {
    match fields {
        Fields::Named(_) => Style::Named,
        Fields::Unnamed(_) => Style::Tuple,
        Fields::Unit => Style::Unit,
    }
}

/// Two messages cannot share a method.
fn check_methods(messages: &[Message], errors: &Errors) {
    let mut taken: HashMap<&Ident, &Ident> = HashMap::new();
    for message in messages {
        if let Some(first) = taken.insert(&message.method, &message.ident) {
            let (second, method) = (&message.ident, &message.method);
            errors.push(
                Mistake::at(
                    second,
                    format!(
                        "messages `{first}` and `{second}` would both be the method `{method}`"
                    ),
                )
                .help("give one of them another name"),
            );
        }
    }
}

/// Messages move between threads and outlive their senders.
fn sendable(mut generics: Generics) -> Generics {
    let parameters: Vec<Ident> = generics
        .type_params()
        .map(|parameter| parameter.ident.clone())
        .collect();
    let bounds = generics.make_where_clause();
    for parameter in parameters {
        bounds
            .predicates
            .push(parse_quote!(#parameter: ::core::marker::Send + 'static));
    }
    generics
}
