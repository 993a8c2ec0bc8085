::core::compile_error! {
    "`inline` takes `true` or `false`\nhelp: write it as in `inline = false`"
}
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
    impl ::noex::GenServer for Machine {
        type Protocol = MachineMsg;
        type Env = ();
        type Args = ::noex::__private::Fresh<Self>;
        type EnvGiven = ::noex::__private::Given;
        const KIND: &'static ::core::primitive::str = "Machine";
        const OPTIONS: ::noex::__private::ServerOptions = ::noex::__private::ServerOptions {
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
                let _ = (__args, __cx);
                ::core::unreachable!()
            }
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Machine {
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
    #[allow(dead_code)]
    enum StoredMachine {
        Idle,
        Counting(u8),
    }
    impl ::noex::__private::serde::Serialize for StoredMachine {
        fn serialize<__S: ::noex::__private::serde::Serializer>(
            &self,
            _: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            ::core::unreachable!()
        }
    }
    impl<'__de> ::noex::__private::serde::Deserialize<'__de> for StoredMachine {
        fn deserialize<__D: ::noex::__private::serde::Deserializer<'__de>>(
            _: __D,
        ) -> ::core::result::Result<
            Self,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            ::core::unreachable!()
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Machine {
        /// The state as it is stored.
        fn to_stored(&self) -> StoredMachine
        where
            for<'__never> u8: ::core::clone::Clone,
        {
            match self {
                Machine::Idle {} => StoredMachine::Idle {},
                Machine::Counting { 0: __field_0, 1: _ } => {
                    StoredMachine::Counting {
                        0: ::core::clone::Clone::clone(__field_0),
                    }
                }
            }
        }
    }
    #[automatically_derived]
    impl ::noex::__private::Persistent for Machine {
        type Stored = StoredMachine;
        const ATTRIBUTES: ::noex::__private::PersistAttributes = ::noex::__private::PersistAttributes {
            kind: "Machine",
            save_on_stop: ::core::option::Option::Some(false),
            version: 1u32,
            ..::noex::__private::PersistAttributes::DEFAULT
        };
        fn serialize_stored<__S: ::noex::__private::serde::Serializer>(
            &self,
            _: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            ::core::unreachable!()
        }
        fn from_stored(_: <Self as ::noex::__private::Persistent>::Stored) -> Self {
            ::core::unreachable!()
        }
        fn load(
            _: ::core::primitive::u32,
            _: ::noex::__private::Decoder<'_>,
        ) -> ::core::result::Result<Self, ::noex::__private::LoadError> {
            ::core::unreachable!()
        }
    }
};
