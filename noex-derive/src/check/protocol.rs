//! The rules of a message enum.

use std::collections::HashMap;

use syn::{
    Data, DeriveInput, Field, Fields, GenericArgument, Generics, Ident, PathArguments, Type,
    Variant, parse_quote,
};

use super::handlers::ends_in;
use crate::attr::crate_path;
use crate::attr::protocol::{parse_mark, parse_protocol};
use crate::errors::{Errors, Message as Mistake};
use crate::model::Style;
use crate::model::protocol::{Kind, Message, MessageField, Protocol};
use crate::name::{client_name, method_name};
use crate::self_type::replace_self;

/// Reads and checks a message enum. One that borrows is reported and gives nothing: no impl could stand in.
pub(crate) fn check_protocol(input: DeriveInput, errors: &Errors) -> Option<Protocol> {
    let attr = parse_protocol(&input.attrs, errors);
    let variants = errors.keep(check_enum(&input)).unwrap_or_default();
    let mut messages: Vec<Message> = variants
        .iter()
        .map(|variant| check_message(variant, &input, errors))
        .collect();
    check_methods(&mut messages, errors);
    errors.keep(check_lifetimes(&input.generics))?;
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
fn check_enum(input: &DeriveInput) -> Result<Vec<&Variant>, Mistake> {
    match &input.data {
        Data::Enum(data) if data.variants.is_empty() => Err(Mistake::at(
            &input.ident,
            format!("protocol `{}` has no messages", input.ident),
        )
        .help("add a variant marked `#[call(Reply)]`, `#[cast]` or `#[info]`")),
        Data::Enum(data) => Ok(data.variants.iter().collect()),
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
fn check_lifetimes(generics: &Generics) -> Result<(), Mistake> {
    generics.lifetimes().next().map_or(Ok(()), |lifetime| {
        Err(Mistake::at(lifetime, "messages cannot borrow")
            .note("a message waits in its server's queue, so every field has to be owned"))
    })
}

fn check_message(variant: &Variant, input: &DeriveInput, errors: &Errors) -> Message {
    let path = own_path(input);
    let kind = match parse_mark(&variant.attrs, &variant.ident, errors) {
        Kind::Call(reply) => Kind::Call(replace_self(&reply, &path)),
        kind => kind,
    };
    let fields = variant.fields.iter().map(|field| {
        let answers = check_field(variant, field, errors);
        MessageField {
            name: field.ident.clone(),
            ty: replace_self(&field.ty, &path),
            answers: answers.map(|reply| replace_self(&reply, &path)),
        }
    });
    Message {
        shown: variant
            .attrs
            .iter()
            .filter(|attribute| is_shown(attribute))
            .cloned()
            .collect(),
        method: errors.keep(check_method(&variant.ident)),
        ident: variant.ident.clone(),
        kind,
        style: style_of(&variant.fields),
        fields: fields.collect(),
    }
}

/// A handler's `ReplyTo` answers its own message: one that the message carries would be taken for that.
///
/// Gives what a bare one answers.
fn check_field(variant: &Variant, field: &Field, errors: &Errors) -> Option<Type> {
    if !ends_in(&field.ty, "ReplyTo") {
        return None;
    }
    errors.push(
        Mistake::at(
            &field.ty,
            format!("message `{}` carries a bare `ReplyTo`", variant.ident),
        )
        .help("wrap it in a type of your own, as in `struct Waiting(ReplyTo<u64>);`")
        .note("a handler that takes a bare `ReplyTo` takes the right to answer its own message"),
    );
    Some(content(&field.ty).unwrap_or_else(|| parse_quote!(())))
}

/// `T` of a `ReplyTo<T>`.
fn content(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    })
}

/// A message is sent and handled by methods of its name.
fn check_method(message: &Ident) -> Result<Ident, Mistake> {
    method_name(message).ok_or_else(|| {
        Mistake::at(
            message,
            format!("message `{message}` has no name as a method"),
        )
        .help("give the message another name")
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

/// Two messages cannot share a method: the second one goes without.
fn check_methods(messages: &mut [Message], errors: &Errors) {
    let mut taken: HashMap<Ident, Ident> = HashMap::new();
    for message in messages {
        let Some(method) = message.method.clone() else {
            continue;
        };
        let Some(first) = taken.insert(method.clone(), message.ident.clone()) else {
            continue;
        };
        let fact = format!(
            "messages `{first}` and `{}` would both be the method `{method}`",
            message.ident
        );
        errors.push(Mistake::at(&message.ident, fact).help("give one of them another name"));
        message.method = None;
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
