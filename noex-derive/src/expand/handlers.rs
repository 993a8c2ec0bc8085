//! `#[handlers(M)]`: the methods as they were written, and the table that leads from each message to its method.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Generics, Type, WherePredicate, parse_quote};

use super::generated;
use crate::locate::at;
use crate::model::handlers::{Argument, Handlers, Method};
use crate::name::{bare_name, name_hash};

/// Expands to: `impl Serve<Counter> for CounterMsg { const HANDLERS: .. = Handlers { add: .., .. }; }`
///
/// The table is written through a local alias, because its own name is out of reach. A forgotten message is a
/// missing field at the protocol's name, an extra method an unknown field at the method.
pub(crate) fn expand_handlers(handlers: &Handlers) -> TokenStream {
    let (krate, protocol, state) = (&handlers.krate, &handlers.protocol, &handlers.state);
    let generics = with_server(handlers);
    let (impls, _, bounds) = generics.split_for_impl();
    let (alias_generics, alias_arguments) = bare_generics(&handlers.generics);
    let place = name_span(protocol);
    let alias = Ident::new("__Handlers", place);
    let entries = handlers
        .methods
        .iter()
        .map(|method| expand_entry(handlers, method));
    let faulty = handlers
        .faulty
        .iter()
        .map(|(cfgs, ident)| expand_faulty(handlers, cfgs, ident));
    let table = quote_spanned!(place=> { #(#entries,)* #(#faulty,)* });
    let generated = generated();
    quote! {
        #generated
        const _: () = {
            impl #impls #krate::Serve<#state> for #protocol #bounds {
                const HANDLERS: <#protocol as #krate::Protocol>::Handlers<#state> = {
                    type __Handlers #alias_generics = <#protocol as #krate::Protocol>::Handlers<#state>;
                    #alias #alias_arguments #table
                };
            }
        };
    }
}

/// The generics of the block, with the demand that the state is a server of the protocol.
///
/// The impl demands that anyway, but in several places. Written down, it is reported once, at the state. Of a
/// generic state the compiler would take it for granted, so there it is not written.
fn with_server(handlers: &Handlers) -> Generics {
    let mut generics = handlers.generics.clone();
    if generics.params.is_empty() {
        let server = expand_server_bound(handlers);
        generics.make_where_clause().predicates.push(server);
    }
    generics
}

/// `Counter: GenServer<Protocol = CounterMsg>`, where the state stands.
fn expand_server_bound(handlers: &Handlers) -> WherePredicate {
    let (state, protocol) = (&handlers.state, &handlers.protocol);
    let place = name_span(state);
    let krate = at(place, &handlers.krate);
    let bound = quote_spanned!(place=> #state: #krate::GenServer<Protocol = #protocol>);
    parse_quote!(#bound)
}

/// The place of a type's own name.
fn name_span(ty: &Type) -> Span {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or_else(|| path.span(), |last| last.ident.span()),
        other => other.span(),
    }
}

/// Parameters without bounds, as an alias declares them, and as it is used.
fn bare_generics(generics: &Generics) -> (TokenStream, TokenStream) {
    let mut bare = generics.clone();
    bare.where_clause = None;
    for parameter in bare.type_params_mut() {
        parameter.bounds.clear();
        parameter.colon_token = None;
    }
    let (_, parameters, _) = generics.split_for_impl();
    let turbofish = parameters.as_turbofish();
    (quote!(#bare), quote!(#turbofish))
}

/// `add: Handler::now(true, |state, (by,), cx| Counter::add(state, by))`
fn expand_entry(handlers: &Handlers, method: &Method) -> TokenStream {
    let (krate, cfgs, ident) = (&handlers.krate, &method.cfgs, &method.ident);
    let writes = method.writes;
    let constructor = Ident::new(constructor(method), ident.span());
    let closure = match (method.waits, method.reply_to.is_some()) {
        (false, false) => expand_now(handlers, method),
        (true, false) => expand_waits(handlers, method),
        (false, true) => expand_defers(handlers, method),
        (true, true) => expand_defers_waiting(handlers, method),
    };
    quote!(#(#cfgs)* #ident: #krate::__private::Handler::#constructor(#writes, #closure))
}

/// An entry that fits whatever the message is.
fn expand_faulty(handlers: &Handlers, cfgs: &[syn::Attribute], ident: &Ident) -> TokenStream {
    let krate = &handlers.krate;
    quote!(#(#cfgs)* #ident: #krate::__private::Handler::now(true, |_, _, _| ::core::unreachable!()))
}

fn constructor(method: &Method) -> &'static str {
    match (method.waits, method.reply_to.is_some()) {
        (false, false) => "now",
        (true, false) => "waits",
        (false, true) => "defers",
        (true, true) => "defers_waiting",
    }
}

fn expand_now(handlers: &Handlers, method: &Method) -> TokenStream {
    let (fields, taken) = (fields_name(method), expand_fields(handlers, method));
    let answer = expand_answer(handlers, method, &expand_call(handlers, method));
    quote!(|__state, #fields, __cx| { #taken #answer })
}

fn expand_waits(handlers: &Handlers, method: &Method) -> TokenStream {
    let krate = &handlers.krate;
    let call = expand_call(handlers, method);
    let waiting = quote_spanned!(method.answer=> #call.await);
    let answer = expand_answer(handlers, method, &waiting);
    let body = quote! {
        let __answer = {
            let (__state, __cx) = #krate::__private::Turn::parts(&mut __turn);
            #answer
        };
        (__turn, __wrap(__answer))
    };
    let (fields, future) = (fields_name(method), expand_future(handlers, method, &body));
    quote!(|mut __turn, #fields, __wrap| #future)
}

fn expand_defers(handlers: &Handlers, method: &Method) -> TokenStream {
    let (fields, taken) = (fields_name(method), expand_fields(handlers, method));
    let call = expand_call(handlers, method);
    quote!(|__state, #fields, __reply, __cx| { #taken #call })
}

fn expand_defers_waiting(handlers: &Handlers, method: &Method) -> TokenStream {
    let krate = &handlers.krate;
    let call = expand_call(handlers, method);
    let body = quote! {
        {
            let (__state, __cx) = #krate::__private::Turn::parts(&mut __turn);
            #call.await;
        }
        __turn
    };
    let (fields, future) = (fields_name(method), expand_future(handlers, method, &body));
    quote!(|mut __turn, #fields, __reply| #future)
}

/// A future that is not `Send` is reported at the method's name.
fn expand_future(handlers: &Handlers, method: &Method, body: &TokenStream) -> TokenStream {
    let fields = expand_fields(handlers, method);
    let place = method.ident.span();
    let future = quote_spanned!(place=> ::std::boxed::Box::pin(async move { #body }));
    quote!({ #fields #future })
}

/// What the handler gave, as the reply of its message; reported at the return type if it is none.
fn expand_answer(handlers: &Handlers, method: &Method, given: &TokenStream) -> TokenStream {
    let place = method.answer;
    let krate = at(place, &handlers.krate);
    quote_spanned!(place=> let __given = #given; #krate::__private::answer(__given))
}

/// `let (__argument_0, ..) = taken(__fields);`, then each value, of a field that bears the argument's name.
fn expand_fields(handlers: &Handlers, method: &Method) -> TokenStream {
    let names = argument_names(method);
    let place = method.ident.span();
    let unknown = names.iter().map(|_| quote_spanned!(place=> _));
    let krate = at(place, &handlers.krate);
    let taken = quote_spanned! {place=>
        let (#(#names,)*) = #krate::__private::taken::<(#(#unknown,)*), _, _>(__fields);
    };
    let values = method
        .arguments
        .iter()
        .zip(1..)
        .map(|(argument, after)| expand_field(handlers, argument, names.split_at(after)));
    quote!(#taken #(#values)*)
}

/// `let (__argument_0, (__argument_1,)) = named::<NUMBER, ..>(__argument_0, (__argument_1,));`
fn expand_field(
    handlers: &Handlers,
    argument: &Argument,
    (known, rest): (&[Ident], &[Ident]),
) -> TokenStream {
    let krate = &handlers.krate;
    let binding = known.last();
    let Some(name) = &argument.name else {
        return quote!(let #binding = #krate::__private::Field::into_value(#binding););
    };
    let (hash, place) = (name_hash(&bare_name(name)), name.span());
    let named = at(place, &quote!(#krate::__private::named));
    let (binding, rest) = (at(place, &binding), at(place, &quote!((#(#rest,)*))));
    quote_spanned!(place=> let (#binding, #rest) = #named::<#hash, _, _, _>(#binding, #rest);)
}

/// `<Counter>::add(__state, __argument_0, .., __reply, __cx)`, each argument at the place of its type.
fn expand_call(handlers: &Handlers, method: &Method) -> TokenStream {
    let place = method.answer;
    let (state, ident) = (at(place, &handlers.state), at(place, &method.ident));
    let arguments =
        method
            .arguments
            .iter()
            .zip(argument_names(method))
            .map(|(argument, binding)| {
                let binding = at(argument.place, &binding);
                quote!(#binding,)
            });
    let reply = method.reply_to.map(|span| quote_spanned!(span=> __reply,));
    let context = method.context.map(|span| quote_spanned!(span=> __cx,));
    quote_spanned!(place=> <#state>::#ident(__state, #(#arguments)* #reply #context))
}

fn fields_name(method: &Method) -> Ident {
    Ident::new("__fields", method.ident.span())
}

fn argument_names(method: &Method) -> Vec<Ident> {
    let span = method.ident.span();
    (0..method.arguments.len())
        .map(|at| format_ident!("__argument_{at}", span = span))
        .collect()
}
