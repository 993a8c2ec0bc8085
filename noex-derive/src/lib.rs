//! The procedural macros of noex. Users reach them, and their documentation, through the `noex` crate.
//!
//! # Layout
//!
//! `attr` reads what attributes say, `check` turns it into a `model` and reports each broken rule, `expand` writes
//! the code. `errors` collects the mistakes of all stages; beside reported ones, `expand::stub` stands in.

mod attr;
mod check;
mod errors;
mod expand;
mod itself;
mod literal;
mod locate;
mod mention;
mod model;
mod name;
mod options;
mod self_type;
mod suggest;
mod written;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{DeriveInput, ItemImpl, parse_macro_input};

use check::Verdict;
use check::handlers::{check_handlers, check_is_protocol};
use check::lock::check_old_version;
use check::outline::check_outline;
use check::protocol::check_protocol;
use check::server::check_state;
use errors::{Errors, Message};
use expand::handlers::expand_handlers;
use expand::protocol::expand_protocol;
use expand::server::expand_server;
use expand::shape::{expand_shape, expand_shape_stub};
use expand::stored::expand_old_version;
use expand::stub::{expand_handlers_stub, expand_old_version_stub, expand_server_stub};
use locate::item_name;

#[expect(missing_docs, reason = "documented where noex re-exports it")]
#[proc_macro_derive(Protocol, attributes(protocol, call, cast, info))]
pub fn derive_protocol(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    protocol(parse_macro_input!(input)).into()
}

#[expect(missing_docs, reason = "documented where noex re-exports it")]
#[proc_macro_attribute]
pub fn handlers(
    arguments: proc_macro::TokenStream,
    block: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    serve(arguments.into(), &block.into()).into()
}

#[expect(missing_docs, reason = "documented where noex re-exports it")]
#[proc_macro_derive(GenServer, attributes(genserver, persist))]
pub fn derive_gen_server(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    server(&parse_macro_input!(input)).into()
}

#[expect(missing_docs, reason = "documented where noex re-exports it")]
#[proc_macro_derive(Stored, attributes(persist))]
pub fn derive_stored(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    stored(&parse_macro_input!(input)).into()
}

#[expect(missing_docs, reason = "documented where noex re-exports it")]
#[proc_macro_derive(Shape, attributes(shape))]
pub fn derive_shape(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    shape(&parse_macro_input!(input)).into()
}

fn protocol(input: DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let Some(protocol) = check_protocol(input, &errors) else {
        return errors.finish().into_token_stream();
    };
    let expanded = expand_protocol(&protocol);
    let errors = errors.finish();
    quote!(#errors #expanded)
}

fn serve(arguments: TokenStream, block: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let expanded = expand_block(arguments, block, &errors);
    let errors = errors.finish();
    quote!(#block #errors #expanded)
}

fn expand_block(
    arguments: TokenStream,
    block: &TokenStream,
    errors: &Errors,
) -> Option<TokenStream> {
    let given = errors.keep(attr::parse_protocol_and_rest(arguments));
    let (protocol, rest) = given.map_or((None, TokenStream::new()), |(protocol, rest)| {
        (Some(protocol), rest)
    });
    let krate = attr::crate_path(&attr::parse_handlers(rest, errors));
    let block = errors.keep(parse_block(block))?;
    let protocol = protocol.and_then(|protocol| errors.keep(check_is_protocol(protocol, &block)));
    let Some(protocol) = protocol else {
        return Some(expand_handlers_stub(&krate, &block));
    };
    let handlers = check_handlers(&protocol, krate, &block, errors);
    Some(expand_handlers(&handlers))
}

fn parse_block(block: &TokenStream) -> Result<ItemImpl, Message> {
    syn::parse2(block.clone()).map_err(|error| {
        syn::parse2::<syn::Item>(block.clone()).map_or_else(
            |_| error.into(),
            |item| {
                Message::at(
                    item_name(&item),
                    "`#[handlers(..)]` stands on an impl block",
                )
                .help("write `#[handlers(..)] impl State { .. }` with one method a message")
            },
        )
    })
}

fn server(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let Some(state) = check_state(input, &errors) else {
        return errors.finish().into_token_stream();
    };
    match Verdict::new(state, errors) {
        Verdict::Sound(state) => expand_server(&state),
        Verdict::Faulty(mut state, mut errors) => {
            state.server.protocol = state.server.protocol.or_else(|| errors.take_type());
            let stub = expand_server_stub(&state);
            quote!(#errors #stub)
        }
    }
}

fn stored(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let Some(old) = check_old_version(input, &errors) else {
        return errors.finish().into_token_stream();
    };
    match Verdict::new(old, errors) {
        Verdict::Sound(old) => expand_old_version(&old),
        Verdict::Faulty(old, errors) => {
            let stub = expand_old_version_stub(&old.item);
            quote!(#errors #stub)
        }
    }
}

fn shape(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let Some(outlined) = check_outline(input, &errors) else {
        return errors.finish().into_token_stream();
    };
    match Verdict::new(outlined, errors) {
        Verdict::Sound(outlined) => expand_shape(&outlined),
        Verdict::Faulty(outlined, errors) => {
            let stub = expand_shape_stub(&outlined);
            quote!(#errors #stub)
        }
    }
}

#[cfg(test)]
mod tests;
