//! `#[derive(GenServer)]`: the impl of the trait, and the functions that make a spec.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ExprPath, Ident, Path};

use super::layout::Layout;
use super::persist::expand_persist;
use super::{expand_duration, expand_some_duration, generated};
use crate::check::Checked;
use crate::locate::{at, names_at, place};
use crate::model::{Item, Persist, State};

/// Expands to: `impl GenServer for Order`, `impl Order { fn spec(..) }`, and what `#[persist(..)]` needs.
pub(crate) fn expand_server(state: &Checked<State>) -> TokenStream {
    let layout = Layout::new(&state.item);
    let stored = state
        .persist
        .as_ref()
        .map(|persist| expand_persist(persist, &layout));
    let init = expand_init(state);
    let hooks = [
        expand_on_start(state),
        expand_terminate(state),
        expand_persistence(state),
    ];
    let server = expand_impl(state, &layout, &quote!(#init #(#hooks)*));
    let spec = expand_spec(state, &layout);
    let generated = generated();
    quote! {
        #generated
        const _: () = { #server #spec #stored };
    }
}

/// `impl GenServer for Order { .. }` with the given functions.
pub(crate) fn expand_impl(
    state: &State,
    layout: &Layout<'_>,
    functions: &TokenStream,
) -> TokenStream {
    let krate = &state.item.krate;
    let ident = &state.item.ident;
    let (impls, parameters, bounds) = layout.generics.split_for_impl();
    let types = [
        expand_type("Protocol", &state.server.protocol),
        expand_type("Env", &expand_env(state)),
        expand_type("Args", &expand_args(state)),
    ];
    let given = if state.server.env.is_some() {
        quote!(Missing)
    } else {
        quote!(Given)
    };
    let (kind, options) = (
        expand_kind(&state.item, state.persist.as_ref()),
        expand_options(state),
    );
    // All of it at the state's name: what cannot be sent is reported there, and once.
    let name_place = ident.span();
    let implemented = at(name_place, &quote!(#krate::GenServer));
    let header = quote_spanned!(name_place=> impl #impls #implemented for #ident #parameters);
    let content = quote! {
        #(#types)*
        type EnvGiven = #krate::__private::#given;
        const KIND: &'static ::core::primitive::str = #kind;
        const OPTIONS: #krate::__private::ServerOptions = #options;
        #functions
    };
    quote_spanned!(name_place=> #[automatically_derived] #header #bounds { #content })
}

/// `type Protocol = CounterMsg;`, all of it where the value stands: one that is too private is reported there.
fn expand_type(name: &str, value: &impl ToTokens) -> TokenStream {
    let place = place(value);
    let name = Ident::new(name, place);
    quote_spanned!(place=> type #name = #value;)
}

/// `fn spec(..) -> Spec<Self>`: from a closure, from `args`, or from nothing where `init` needs nothing.
pub(crate) fn expand_spec(state: &State, layout: &Layout<'_>) -> TokenStream {
    let krate = &state.item.krate;
    let (ident, visibility) = (&state.item.ident, &state.item.visibility);
    let (impls, parameters, bounds) = layout.generics.split_for_impl();
    let (taken, args) = match (&state.server.init, &state.server.args) {
        (_, Some(args)) => (quote!(args: #args), quote!(args)),
        (Some(_), None) => (quote!(), quote!(())),
        (None, None) => (
            quote! {
                make: impl ::core::ops::Fn() -> Self + ::core::marker::Send + ::core::marker::Sync + 'static
            },
            quote!(<#krate::__private::Fresh<Self> as ::core::convert::From<_>>::from(make)),
        ),
    };
    // It is shown where the state stands.
    let made = at(ident.span(), &quote!(#krate::Spec<Self>));
    let spec = quote_spanned!(ident.span()=> fn spec(#taken) -> #made { #krate::Spec::new(#args) });
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #impls #ident #parameters #bounds {
            /// How to start a server of this kind.
            #visibility #spec
        }
    }
}

fn expand_env(state: &State) -> TokenStream {
    state
        .server
        .env
        .as_ref()
        .map_or_else(|| quote!(()), ToTokens::to_token_stream)
}

fn expand_args(state: &State) -> TokenStream {
    let krate = &state.item.krate;
    match (&state.server.args, &state.server.init) {
        (Some(args), _) => args.to_token_stream(),
        (None, Some(_)) => quote!(()),
        (None, None) => quote!(#krate::__private::Fresh<Self>),
    }
}

/// What a server's records say they are of.
pub(crate) fn expand_kind(item: &Item, persist: Option<&Persist>) -> TokenStream {
    let name = syn::ext::IdentExt::unraw(&item.ident).to_string();
    let kind = persist.and_then(|persist| persist.kind.as_ref());
    kind.map_or_else(|| name.to_token_stream(), ToTokens::to_token_stream)
}

fn expand_options(state: &State) -> TokenStream {
    let krate = &state.item.krate;
    let server = &state.server;
    let set = [
        server.mailbox.map(|room| quote!(mailbox: #room)),
        server
            .call_timeout
            .map(expand_duration)
            .map(|time| quote!(call_timeout: #time)),
        server
            .start_timeout
            .map(expand_duration)
            .map(|time| quote!(start_timeout: #time)),
        server
            .shutdown_timeout
            .map(expand_duration)
            .map(|time| quote!(shutdown_timeout: #time)),
        server
            .idle_timeout
            .map(expand_some_duration)
            .map(|time| quote!(idle_timeout: #time)),
        server.inline.map(|inline| quote!(inline: #inline)),
    ];
    let set = set.into_iter().flatten();
    let options = quote!(#krate::__private::ServerOptions);
    quote!(#options { #(#set,)* ..#options::DEFAULT })
}

/// `init` makes the state; without it, the closure given to `spec` does.
fn expand_init(state: &State) -> TokenStream {
    let krate = &state.item.krate;
    let made = if let Some(init) = &state.server.init {
        expand_hook(krate, init, "init", &["__args", "__cx"], &quote!(Self))
    } else {
        quote!({
            let _ = __cx;
            ::std::boxed::Box::pin(async move {
                ::core::result::Result::Ok(#krate::__private::Fresh::make(__args))
            })
        })
    };
    expand_init_as(state, &made)
}

/// `fn init(..)` with `body`, which has `__args` and `__cx`.
pub(crate) fn expand_init_as(state: &State, body: &TokenStream) -> TokenStream {
    let krate = &state.item.krate;
    let header = quote! {
        fn init<'__a>(
            __args: &'__a <Self as #krate::GenServer>::Args,
            __cx: &'__a mut #krate::InitCx<Self>,
        ) -> #krate::__private::BoxFuture<'__a, ::core::result::Result<Self, #krate::__private::HookError>>
    };
    expand_function(state, &header, body)
}

fn expand_on_start(state: &State) -> Option<TokenStream> {
    let krate = &state.item.krate;
    let path = state.server.on_start.as_ref()?;
    let call = expand_hook(krate, path, "on_start", &["self", "__cx"], &quote!(()));
    let header = quote! {
        fn on_start<'__a>(
            &'__a mut self,
            __cx: &'__a mut #krate::Cx<Self>,
        ) -> ::core::option::Option<
            #krate::__private::BoxFuture<'__a, ::core::result::Result<(), #krate::__private::HookError>>,
        >
    };
    let body = quote!(::core::option::Option::Some(#call));
    Some(expand_function(state, &header, &body))
}

fn expand_terminate(state: &State) -> Option<TokenStream> {
    let krate = &state.item.krate;
    let path = state.server.terminate.as_ref()?;
    let call = expand_quiet_hook(krate, path, "terminate", &["self", "__reason", "__cx"]);
    let header = quote! {
        fn terminate<'__a>(
            &'__a mut self,
            __reason: &'__a #krate::ExitReason,
            __cx: &'__a mut #krate::Cx<Self>,
        ) -> ::core::option::Option<#krate::__private::BoxFuture<'__a, ()>>
    };
    let body = quote!(::core::option::Option::Some(#call));
    Some(expand_function(state, &header, &body))
}

fn expand_persistence(state: &State) -> Option<TokenStream> {
    let krate = &state.item.krate;
    state.persist.as_ref()?;
    let header = quote! {
        fn persistence() -> ::core::option::Option<#krate::__private::Persistence<Self>>
    };
    let body = quote!(::core::option::Option::Some(#krate::__private::Persistence::of()));
    Some(expand_function(
        state,
        &header,
        &at(state.item.ident.span(), &body),
    ))
}

/// A function of the impl, at the state's name: what is wrong with the state is reported there, and once.
fn expand_function(state: &State, header: &TokenStream, body: &TokenStream) -> TokenStream {
    let place = state.item.ident.span();
    let header = names_at(place, header);
    quote_spanned!(place=> #header { #body })
}

/// A hook that may fail and may be `async`, called and reported where it was named: a boxed future of its result.
///
/// What it makes is named, so that inference does not take whatever it returns for that.
pub(crate) fn expand_hook(
    krate: &Path,
    path: &ExprPath,
    name: &str,
    arguments: &[&str],
    made: &TokenStream,
) -> TokenStream {
    expand_called(
        krate,
        path,
        name,
        arguments,
        &quote!(fallible::<#made, _, _>),
    )
}

/// A hook that returns nothing and may be `async`: a boxed future.
fn expand_quiet_hook(krate: &Path, path: &ExprPath, name: &str, arguments: &[&str]) -> TokenStream {
    expand_called(krate, path, name, arguments, &quote!(quiet))
}

/// `Box::pin(async move { finish(on_start(path, self, cx)).await })`, all of it where the path stands.
fn expand_called(
    krate: &Path,
    path: &ExprPath,
    name: &str,
    arguments: &[&str],
    finish: &TokenStream,
) -> TokenStream {
    let place = place(path);
    let (finish, call) = (at(place, finish), Ident::new(name, place));
    // The path may have come through a `macro_rules`, what it is called with has not.
    let here = place.resolved_at(Span::call_site());
    let arguments = arguments.iter().map(|name| Ident::new(name, here));
    let private = at(place, &quote!(#krate::__private));
    quote_spanned! {place=>
        ::std::boxed::Box::pin(async move {
            #private::#finish(#private::#call::<Self, _>(#path, #(#arguments),*)).await
        })
    }
}
