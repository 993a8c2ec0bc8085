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
                let _ = __cx;
                ::std::boxed::Box::pin(async move {
                    ::core::result::Result::Ok(::noex::__private::Fresh::make(__args))
                })
            }
        }
        fn persistence() -> ::core::option::Option<
            ::noex::__private::Persistence<Self>,
        > {
            ::core::option::Option::Some(::noex::__private::Persistence::of())
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
    enum StoredMachine {
        Idle,
        Counting(u8),
    }
    #[derive(::noex::__private::serde::Serialize)]
    #[serde(crate = ":: noex :: __private :: serde", bound = "", rename = "Machine")]
    enum __MachineRef<'__ref> {
        Idle,
        Counting(
            #[serde(serialize_with = "__MachineRef :: < '_ > ::__serialize_0")]
            &'__ref u8,
        ),
    }
    impl<'__ref> __MachineRef<'__ref> {
        fn __serialize_0<__S: ::noex::__private::serde::Serializer>(
            value: &&'__ref u8,
            serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            <u8 as ::noex::__private::Storable>::serialize(*value, serializer)
        }
    }
    #[derive(::noex::__private::serde::Deserialize)]
    #[serde(crate = ":: noex :: __private :: serde", bound = "", rename = "Machine")]
    enum __MachineRaw {
        Idle,
        Counting(
            #[serde(default, deserialize_with = "__MachineRaw ::__deserialize_0")]
            ::noex::__private::MaybeField<u8>,
        ),
    }
    impl __MachineRaw {
        fn __deserialize_0<'__de, __D: ::noex::__private::serde::Deserializer<'__de>>(
            deserializer: __D,
        ) -> ::core::result::Result<
            ::noex::__private::MaybeField<u8>,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let value: ::core::result::Result<
                u8,
                <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
            > = <u8 as ::noex::__private::Storable>::deserialize(deserializer);
            ::core::result::Result::map(value, ::noex::__private::MaybeField::Given)
        }
    }
    impl ::noex::__private::serde::Serialize for StoredMachine {
        fn serialize<__S: ::noex::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            let __borrowed: __MachineRef<'_> = match self {
                StoredMachine::Idle {} => __MachineRef::Idle {},
                StoredMachine::Counting { 0: __field_0 } => {
                    __MachineRef::Counting {
                        0: __field_0,
                    }
                }
            };
            ::noex::__private::serde::Serialize::serialize(&__borrowed, __serializer)
        }
    }
    impl<'__de> ::noex::__private::serde::Deserialize<'__de> for StoredMachine {
        fn deserialize<__D: ::noex::__private::serde::Deserializer<'__de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<
            Self,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let __raw: __MachineRaw = ::noex::__private::serde::Deserialize::deserialize(
                __deserializer,
            )?;
            ::core::result::Result::Ok(
                match __raw {
                    __MachineRaw::Idle {} => StoredMachine::Idle {},
                    __MachineRaw::Counting { 0: __field_0 } => {
                        StoredMachine::Counting {
                            0: ::noex::__private::MaybeField::or_try(
                                __field_0,
                                || <u8 as ::noex::__private::Storable>::missing("0"),
                            )?,
                        }
                    }
                },
            )
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
            __serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            let __borrowed: __MachineRef<'_> = match self {
                Machine::Idle {} => __MachineRef::Idle {},
                Machine::Counting { 0: __field_0, 1: _ } => {
                    __MachineRef::Counting {
                        0: __field_0,
                    }
                }
            };
            ::noex::__private::serde::Serialize::serialize(&__borrowed, __serializer)
        }
        fn from_stored(
            __stored: <Self as ::noex::__private::Persistent>::Stored,
        ) -> Self {
            match __stored {
                StoredMachine::Idle {} => Machine::Idle {},
                StoredMachine::Counting { 0: __field_0 } => {
                    Machine::Counting {
                        0: __field_0,
                        1: <u8 as ::noex::__private::DefaultWhenSkipped>::default_value(),
                    }
                }
            }
        }
        fn load(
            __version: ::core::primitive::u32,
            __record: ::noex::__private::Decoder<'_>,
        ) -> ::core::result::Result<Self, ::noex::__private::LoadError> {
            match __version {
                1u32 => {
                    ::core::result::Result::map(
                        ::noex::__private::decode_current::<
                            <Self as ::noex::__private::Persistent>::Stored,
                        >(__record),
                        <Self as ::noex::__private::Persistent>::from_stored,
                    )
                }
                __found => {
                    ::core::result::Result::Err(
                        ::noex::__private::unknown_version(__found, 1u32),
                    )
                }
            }
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
};
