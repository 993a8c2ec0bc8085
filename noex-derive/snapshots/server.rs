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
const _: () = {
    #[automatically_derived]
    impl ::noex::GenServer for Counter {
        type Protocol = CounterMsg;
        type Env = ();
        type Args = ::noex::__private::Fresh<Self>;
        type EnvGiven = ::noex::__private::Given;
        const KIND: &'static ::core::primitive::str = "Counter";
        const OPTIONS: ::noex::__private::ServerOptions = ::noex::__private::ServerOptions {
            mailbox: 8usize,
            ..::noex::__private::ServerOptions::DEFAULT
        };
        fn init<'__a>(
            __args: &'__a <Self as ::noex::GenServer>::Args,
            __cx: &'__a mut ::noex::InitCx<Self>,
        ) -> ::noex::__private::BoxFuture<
            '__a,
            ::core::result::Result<Self, ::noex::__private::HookError>,
        > {
            {
                let _ = __cx;
                ::std::boxed::Box::pin(async move {
                    ::core::result::Result::Ok(::noex::__private::Fresh::make(__args))
                })
            }
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Counter {
        /// How to start a server of this kind.
        fn spec(
            make: impl ::core::ops::Fn(
            ) -> Self + ::core::marker::Send + ::core::marker::Sync + 'static,
        ) -> ::noex::Spec<Self> {
            ::noex::Spec::new(
                <::noex::__private::Fresh<Self> as ::core::convert::From<_>>::from(make),
            )
        }
    }
};
