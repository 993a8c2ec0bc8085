//! The rules of an impl block with handlers.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, FnArg, GenericParam, Ident, ImplItem, ImplItemFn, ItemImpl, Pat, PatType, Path,
    ReceiverKind,
};
use syn::{ReturnType, Safety, Signature, Type};

use crate::errors::{Errors, Message};
use crate::locate::place;
use crate::model::handlers::{Argument, Handlers, Method};
use crate::self_type::replace_self;

/// Checks an impl block of the handlers of `protocol`.
pub(crate) fn check_handlers(
    protocol: &Type,
    krate: Path,
    block: &ItemImpl,
    errors: &Errors,
) -> Handlers {
    if let Some((path, _)) = &block.trait_ {
        errors.push(
            Message::at(path, "handlers are methods of the state, not of a trait")
                .help("write `#[handlers(..)] impl State { .. }`"),
        );
    }
    let state = (*block.self_ty).clone();
    let mut handlers = Handlers {
        krate,
        protocol: replace_self(protocol, &state.to_token_stream()),
        generics: block.generics.clone(),
        state,
        methods: Vec::new(),
        faulty: Vec::new(),
    };
    for item in &block.items {
        if let ImplItem::Fn(method) = item {
            add_method(&mut handlers, method, errors);
        }
    }
    handlers
}

/// The handlers of a state name its messages, not the state.
pub(crate) fn check_is_protocol(protocol: Type, block: &ItemImpl) -> Result<Type, Message> {
    let state = block.self_ty.to_token_stream().to_string();
    let named = protocol.to_token_stream().to_string();
    if named != state && named != "Self" {
        return Ok(protocol);
    }
    let fact = format!("`{named}` is the state itself, not its message enum");
    Err(Message::at(protocol, fact).help("name its message enum, as in `#[handlers(CounterMsg)]`"))
}

/// A faulty handler keeps its place in the table, so that its message is not reported as forgotten.
fn add_method(handlers: &mut Handlers, method: &ImplItemFn, errors: &Errors) {
    if is_again(handlers, method) {
        return;
    }
    match check_method(method) {
        Ok(method) => handlers.methods.push(method),
        Err(message) => {
            errors.push(message);
            if method.sig.receiver().is_some() {
                handlers
                    .faulty
                    .push((cfgs(method), method.sig.ident.clone()));
            }
        }
    }
}

/// Whether there is a method of this name already, which the compiler reports.
fn is_again(handlers: &Handlers, method: &ImplItemFn) -> bool {
    let is_always = cfgs(method).is_empty();
    let mut others = handlers.methods.iter();
    is_always && others.any(|other| other.cfgs.is_empty() && other.ident == method.sig.ident)
}

fn check_method(method: &ImplItemFn) -> Result<Method, Message> {
    let signature = &method.sig;
    let writes = check_receiver(signature)?;
    check_parameters(signature)?;
    let mut inputs: Vec<&PatType> = signature.inputs.iter().filter_map(typed).collect();
    let context = inputs
        .pop_if(|input| is_context(&input.ty))
        .map(|input| input.ty.span());
    let reply_to = inputs
        .pop_if(|input| ends_in(&input.ty, "ReplyTo"))
        .map(|input| input.ty.span());
    check_order(&inputs)?;
    check_answer(signature, reply_to)?;
    Ok(Method {
        cfgs: cfgs(method),
        ident: signature.ident.clone(),
        writes,
        waits: signature.asyncness.is_some(),
        arguments: inputs.into_iter().map(argument).collect::<Result<_, _>>()?,
        reply_to,
        context,
        answer: answer_span(signature),
    })
}

/// A handler works on the state where it is: `&mut self`, or `&self` where it only reads.
fn check_receiver(signature: &Signature) -> Result<bool, Message> {
    let name = &signature.ident;
    let Some(receiver) = signature.receiver() else {
        return Err(
            Message::at(name, format!("`{name}` is no handler: it takes no `self`"))
                .help("move it to an impl block without `#[handlers(..)]`"),
        );
    };
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutable) => Ok(mutable.is_some()),
        _ => Err(Message::at(
            receiver,
            format!("handler `{name}` takes the state away from its server"),
        )
        .help("take `&mut self`, or `&self` if it only reads")),
    }
}

/// One message calls one handler, so there is nothing to choose its parameters by, and nobody to keep promises.
fn check_parameters(signature: &Signature) -> Result<(), Message> {
    if let Safety::Unsafe(token) = &signature.safety {
        return Err(Message::at(
            token,
            format!("handler `{}` cannot be unsafe", signature.ident),
        )
        .help("remove `unsafe`, and keep what is unsafe inside"));
    }
    let parameter = signature
        .generics
        .params
        .iter()
        .find(|one| !matches!(one, GenericParam::Lifetime(_)));
    parameter.map_or(Ok(()), |parameter| {
        Err(Message::at(
            parameter,
            format!("handler `{}` cannot be generic", signature.ident),
        )
        .help("put the parameter on the state and its messages"))
    })
}

/// Fields first, then `ReplyTo`, then `cx`.
fn check_order(fields: &[&PatType]) -> Result<(), Message> {
    for field in fields {
        if is_context(&field.ty) {
            return Err(
                Message::at(&field.ty, "`cx` is the last argument of a handler")
                    .help("order them: the message's fields, `ReplyTo`, `cx: &mut Cx<Self>`"),
            );
        }
        if ends_in(&field.ty, "ReplyTo") {
            return Err(
                Message::at(&field.ty, "`ReplyTo` comes after the message's fields")
                    .help("order them: the message's fields, `ReplyTo`, `cx: &mut Cx<Self>`"),
            );
        }
        if let Some(fact) = faulty_context(&field.ty) {
            return Err(Message::at(&field.ty, fact).help("write `cx: &mut Cx<Self>`"));
        }
    }
    Ok(())
}

/// A handler that answers later has nothing to answer now.
fn check_answer(signature: &Signature, reply_to: Option<Span>) -> Result<(), Message> {
    match (&signature.output, reply_to) {
        (ReturnType::Type(_, ty), Some(_)) if !is_unit(ty) => Err(Message::at(
            ty,
            format!("handler `{}` answers twice", signature.ident),
        )
        .help("answer by `ReplyTo` and return nothing, or leave `ReplyTo` out")),
        _ => Ok(()),
    }
}

fn cfgs(method: &ImplItemFn) -> Vec<Attribute> {
    method
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .cloned()
        .collect()
}

fn argument(input: &PatType) -> Result<Argument, Message> {
    Ok(Argument {
        name: argument_name(&input.pat)?,
        place: place(&input.ty),
    })
}

fn argument_name(pattern: &Pat) -> Result<Option<Ident>, Message> {
    match pattern {
        Pat::Ident(named) => Ok(Some(named.ident.clone())),
        Pat::Wild(_) => Ok(None),
        other => Err(
            Message::at(other, "a handler's argument bears the name of its field")
                .help("name it, and take it apart in the body"),
        ),
    }
}

fn answer_span(signature: &Signature) -> Span {
    match &signature.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => signature.ident.span(),
    }
}

fn typed(input: &FnArg) -> Option<&PatType> {
    if let FnArg::Typed(input) = input {
        Some(input)
    } else {
        None
    }
}

fn is_context(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if is_mutable(reference) && ends_in(&reference.elem, "Cx"))
}

fn is_mutable(reference: &syn::TypeReference) -> bool {
    reference.mutability.is_some()
}

/// A context that is taken in a way no handler is given it.
fn faulty_context(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Reference(reference) if ends_in(&reference.elem, "Cx") => {
            Some("`cx` is lent to be changed")
        }
        Type::Reference(reference) if ends_in(&reference.elem, "InitCx") => {
            Some("a handler is lent a `Cx`, not an `InitCx`")
        }
        ty if ends_in(ty, "Cx") => Some("`cx` is lent, not given away"),
        _ => None,
    }
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether `ty` is written as a path to something of this name.
pub(crate) fn ends_in(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}
