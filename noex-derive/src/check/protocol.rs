//! The rules of a message enum.

use std::collections::HashMap;

use syn::{
    Data, DeriveInput, Field, Fields, GenericArgument, Generics, Ident, PathArguments, Type,
    Variant, parse_quote,
};

use super::handlers::ends_in;
use crate::attr::protocol::{MARKS, is_mark, parse_mark, parse_protocol};
use crate::attr::{check_misplaced, crate_path};
use crate::errors::{Errors, Message as Mistake};
use crate::model::Style;
use crate::model::protocol::{Kind, Message, MessageField, Protocol};
use crate::name::{client_name, method_name};
use crate::self_type::replace_self;

/// Reads and checks a message enum. One that borrows is reported and gives nothing: no impl could stand in.
pub(crate) fn check_protocol(input: DeriveInput, errors: &Errors) -> Option<Protocol> {
    let attr = parse_protocol(&input.attrs, errors);
    let is_marked = check_misplaced(
        &input.attrs,
        MARKS,
        ("an enum", "each of its variants"),
        errors,
    );
    let variants = errors.keep(check_enum(&input)).unwrap_or_default();
    let mut messages: Vec<Message> = variants
        .iter()
        .map(|variant| check_message(variant, is_marked, &input, errors))
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

/// `is_marked` says whether the marks were wrongly written on the enum.
fn check_message(
    variant: &Variant,
    is_marked: bool,
    input: &DeriveInput,
    errors: &Errors,
) -> Message {
    let path = own_path(input);
    check_misplaced(
        &variant.attrs,
        &["protocol"],
        ("a variant", "the enum"),
        errors,
    );
    let kind = match parse_kind(variant, is_marked, errors) {
        Kind::Call(reply) => Kind::Call(replace_self(&reply, &path)),
        kind => kind,
    };
    let fields = variant.fields.iter().map(|field| {
        check_misplaced(&field.attrs, &["protocol"], ("a field", "the enum"), errors);
        check_misplaced(&field.attrs, MARKS, ("a field", "its variant"), errors);
        let answers = check_field(variant, field, errors);
        MessageField {
            name: field.ident.clone(),
            ty: lent_for_ever(replace_self(&field.ty, &path)),
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

fn parse_kind(variant: &Variant, is_marked: bool, errors: &Errors) -> Kind {
    if is_marked && !variant.attrs.iter().any(is_mark) {
        return Kind::Unknown;
    }
    match parse_mark(&variant.attrs, &variant.ident, errors) {
        Kind::Call(reply) => errors
            .keep(check_reply(reply))
            .map_or(Kind::Unknown, Kind::Call),
        kind => kind,
    }
}

/// A reply outlives the handler that gives it, so it can borrow nothing.
fn check_reply(reply: Type) -> Result<Type, Mistake> {
    if !is_lent_for_short(&reply) {
        return Ok(reply);
    }
    Err(Mistake::at(reply, "a reply cannot borrow").help("own the data, as `String` owns a `str`"))
}

/// The type of a field as it can be written anywhere: of one that borrows without a lifetime, the compiler has
/// complained where it was declared.
pub(crate) fn lent_for_ever(mut ty: Type) -> Type {
    if let (true, Type::Reference(reference)) = (is_lent_for_short(&ty), &mut ty) {
        reference.lifetime = Some(parse_quote!('static));
    }
    ty
}

fn is_lent_for_short(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "_"))
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
