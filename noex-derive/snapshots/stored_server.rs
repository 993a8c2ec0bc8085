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
    impl<K: Clone, U> ::noex::GenServer for Cache<K, U>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
        U: ::core::marker::Send + 'static,
    {
        type Protocol = CacheMsg<K>;
        type Env = Deps;
        type Args = K;
        type EnvGiven = ::noex::__private::Missing;
        const KIND: &'static ::core::primitive::str = "cache";
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
            ::std::boxed::Box::pin(async move {
                ::noex::__private::fallible::<
                    Self,
                    _,
                    _,
                >(::noex::__private::init::<Self, _>(Self::open, __args, __cx))
                    .await
            })
        }
        fn persistence() -> ::core::option::Option<
            ::noex::__private::Persistence<Self>,
        > {
            ::core::option::Option::Some(::noex::__private::Persistence::of())
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl<K: Clone, U> Cache<K, U>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
        U: ::core::marker::Send + 'static,
    {
        /// How to start a server of this kind.
        pub fn spec(args: K) -> ::noex::Spec<Self> {
            ::noex::Spec::new(args)
        }
    }
    pub struct StoredCache<K: Clone>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
    {
        pub items: HashMap<Sku, u32>,
        r#type: Option<K>,
        level: u8,
        words: u32,
    }
    #[derive(::noex::__private::serde::Serialize)]
    #[serde(crate = ":: noex :: __private :: serde", bound = "", rename = "Cache")]
    struct __CacheRef<'__ref, K: Clone>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
    {
        #[serde(
            rename = "items",
            serialize_with = "__CacheRef :: < '_ , K > ::__serialize_0"
        )]
        pub items: &'__ref HashMap<Sku, u32>,
        #[serde(
            rename = "key",
            serialize_with = "__CacheRef :: < '_ , K > ::__serialize_1"
        )]
        r#type: &'__ref Option<K>,
        #[serde(
            rename = "level",
            serialize_with = "__CacheRef :: < '_ , K > ::__serialize_2"
        )]
        level: &'__ref u8,
        #[serde(
            rename = "words",
            serialize_with = "__CacheRef :: < '_ , K > ::__serialize_3"
        )]
        words: &'__ref u32,
    }
    impl<'__ref, K: Clone> __CacheRef<'__ref, K>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
    {
        fn __serialize_0<__S: ::noex::__private::serde::Serializer>(
            value: &&'__ref HashMap<Sku, u32>,
            serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            <Vec<
                (
                    ::noex::__private::serde_with::Same,
                    ::noex::__private::serde_with::Same,
                ),
            > as ::noex::__private::StoresAs<
                HashMap<Sku, u32>,
            >>::serialize(*value, serializer)
        }
        fn __serialize_1<__S: ::noex::__private::serde::Serializer>(
            value: &&'__ref Option<K>,
            serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            <Option<K> as ::noex::__private::Storable>::serialize(*value, serializer)
        }
        fn __serialize_2<__S: ::noex::__private::serde::Serializer>(
            value: &&'__ref u8,
            serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            <u8 as ::noex::__private::Storable>::serialize(*value, serializer)
        }
        fn __serialize_3<__S: ::noex::__private::serde::Serializer>(
            value: &&'__ref u32,
            serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            words::serialize(*value, serializer)
        }
    }
    #[derive(::noex::__private::serde::Deserialize)]
    #[serde(crate = ":: noex :: __private :: serde", bound = "", rename = "Cache")]
    struct __CacheRaw<K: Clone>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
    {
        #[serde(
            rename = "items",
            default,
            deserialize_with = "__CacheRaw :: < K > ::__deserialize_0"
        )]
        pub items: ::noex::__private::MaybeField<HashMap<Sku, u32>>,
        #[serde(
            rename = "key",
            default,
            deserialize_with = "__CacheRaw :: < K > ::__deserialize_1"
        )]
        r#type: ::noex::__private::MaybeField<Option<K>>,
        #[serde(
            rename = "level",
            default,
            deserialize_with = "__CacheRaw :: < K > ::__deserialize_2"
        )]
        level: ::noex::__private::MaybeField<u8>,
        #[serde(
            rename = "words",
            default,
            deserialize_with = "__CacheRaw :: < K > ::__deserialize_3"
        )]
        words: ::noex::__private::MaybeField<u32>,
    }
    impl<K: Clone> __CacheRaw<K>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
    {
        fn __deserialize_0<'__de, __D: ::noex::__private::serde::Deserializer<'__de>>(
            deserializer: __D,
        ) -> ::core::result::Result<
            ::noex::__private::MaybeField<HashMap<Sku, u32>>,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let value: ::core::result::Result<
                HashMap<Sku, u32>,
                <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
            > = <Vec<
                (
                    ::noex::__private::serde_with::Same,
                    ::noex::__private::serde_with::Same,
                ),
            > as ::noex::__private::StoresAs<
                HashMap<Sku, u32>,
            >>::deserialize(deserializer);
            ::core::result::Result::map(value, ::noex::__private::MaybeField::Given)
        }
        fn __deserialize_1<'__de, __D: ::noex::__private::serde::Deserializer<'__de>>(
            deserializer: __D,
        ) -> ::core::result::Result<
            ::noex::__private::MaybeField<Option<K>>,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let value: ::core::result::Result<
                Option<K>,
                <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
            > = <Option<K> as ::noex::__private::Storable>::deserialize(deserializer);
            ::core::result::Result::map(value, ::noex::__private::MaybeField::Given)
        }
        fn __deserialize_2<'__de, __D: ::noex::__private::serde::Deserializer<'__de>>(
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
        fn __deserialize_3<'__de, __D: ::noex::__private::serde::Deserializer<'__de>>(
            deserializer: __D,
        ) -> ::core::result::Result<
            ::noex::__private::MaybeField<u32>,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let value: ::core::result::Result<
                u32,
                <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
            > = words::deserialize(deserializer);
            ::core::result::Result::map(value, ::noex::__private::MaybeField::Given)
        }
    }
    impl<K: Clone> ::noex::__private::serde::Serialize for StoredCache<K>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
    {
        fn serialize<__S: ::noex::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            let __borrowed: __CacheRef<'_, K> = match self {
                StoredCache {
                    items: __field_0,
                    r#type: __field_1,
                    level: __field_2,
                    words: __field_3,
                } => {
                    __CacheRef {
                        items: __field_0,
                        r#type: __field_1,
                        level: __field_2,
                        words: __field_3,
                    }
                }
            };
            ::noex::__private::serde::Serialize::serialize(&__borrowed, __serializer)
        }
    }
    impl<'__de, K: Clone> ::noex::__private::serde::Deserialize<'__de> for StoredCache<K>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
    {
        fn deserialize<__D: ::noex::__private::serde::Deserializer<'__de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<
            Self,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let __raw: __CacheRaw<K> = ::noex::__private::serde::Deserialize::deserialize(
                __deserializer,
            )?;
            ::core::result::Result::Ok(
                match __raw {
                    __CacheRaw {
                        items: __field_0,
                        r#type: __field_1,
                        level: __field_2,
                        words: __field_3,
                    } => {
                        StoredCache {
                            items: ::noex::__private::MaybeField::or_missing(
                                __field_0,
                                "items",
                            )?,
                            r#type: ::noex::__private::MaybeField::or_try(
                                __field_1,
                                || <Option<
                                    K,
                                > as ::noex::__private::Storable>::missing("key"),
                            )?,
                            level: ::noex::__private::MaybeField::or_else(
                                __field_2,
                                || ::noex::__private::value::<u8>(|| 7),
                            ),
                            words: ::noex::__private::MaybeField::or_missing(
                                __field_3,
                                "words",
                            )?,
                        }
                    }
                },
            )
        }
    }
    #[automatically_derived]
    impl<K: Clone, U> ::noex::__private::Persistent for Cache<K, U>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
        U: ::core::marker::Send + 'static,
    {
        type Stored = StoredCache<K>;
        const ATTRIBUTES: ::noex::__private::PersistAttributes = ::noex::__private::PersistAttributes {
            kind: "cache",
            interval: ::core::option::Option::Some(
                ::core::time::Duration::new(30u64, 0u32),
            ),
            max_age: ::core::option::Option::Some(
                ::core::time::Duration::new(86400u64, 0u32),
            ),
            version: 2u32,
            ..::noex::__private::PersistAttributes::DEFAULT
        };
        fn serialize_stored<__S: ::noex::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            let __borrowed: __CacheRef<'_, K> = match self {
                Cache {
                    items: __field_0,
                    r#type: __field_1,
                    level: __field_2,
                    words: __field_3,
                    rendered: _,
                } => {
                    __CacheRef {
                        items: __field_0,
                        r#type: __field_1,
                        level: __field_2,
                        words: __field_3,
                    }
                }
            };
            ::noex::__private::serde::Serialize::serialize(&__borrowed, __serializer)
        }
        fn from_stored(
            __stored: <Self as ::noex::__private::Persistent>::Stored,
        ) -> Self {
            match __stored {
                StoredCache {
                    items: __field_0,
                    r#type: __field_1,
                    level: __field_2,
                    words: __field_3,
                } => {
                    Cache {
                        items: __field_0,
                        r#type: __field_1,
                        level: __field_2,
                        words: __field_3,
                        rendered: <U as ::noex::__private::DefaultWhenSkipped>::default_value(),
                    }
                }
            }
        }
        fn load(
            __version: ::core::primitive::u32,
            __record: ::noex::__private::Decoder<'_>,
        ) -> ::core::result::Result<Self, ::noex::__private::LoadError> {
            let __from_version_1 = |
                __old: CacheV1,
            | -> ::core::result::Result<Self, ::noex::__private::LoadError> {
                ::noex::__private::step::<CacheV1, Self>(__old, 1u32, 2u32)
            };
            match __version {
                1u32 => {
                    __from_version_1(::noex::__private::decode_old::<CacheV1>(__record)?)
                }
                2u32 => {
                    ::core::result::Result::map(
                        ::noex::__private::decode_current::<
                            <Self as ::noex::__private::Persistent>::Stored,
                        >(__record),
                        <Self as ::noex::__private::Persistent>::from_stored,
                    )
                }
                __found => {
                    ::core::result::Result::Err(
                        ::noex::__private::unknown_version(__found, 2u32),
                    )
                }
            }
        }
        fn before_persist(
            &self,
        ) -> ::noex::Persist<<Self as ::noex::__private::Persistent>::Stored> {
            let __hook: for<'__a> fn(
                &'__a Self,
            ) -> ::noex::Persist<<Self as ::noex::__private::Persistent>::Stored> = Cache::stamp;
            __hook(self)
        }
        fn on_restore<'__a>(
            &'__a mut self,
            __meta: &'__a ::noex::RecordMeta,
        ) -> ::core::option::Option<
            ::noex::__private::BoxFuture<
                '__a,
                ::core::result::Result<(), ::noex::__private::HookError>,
            >,
        > {
            ::core::option::Option::Some(
                ::std::boxed::Box::pin(async move {
                    ::noex::__private::fallible::<
                        (),
                        _,
                        _,
                    >(
                            ::noex::__private::on_restore::<
                                Self,
                                _,
                            >(Cache::announce, self, __meta),
                        )
                        .await
                }),
            )
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl<K: Clone, U> Cache<K, U>
    where
        K: ::core::marker::Send + 'static,
        K: ::noex::__private::serde::Serialize
            + ::noex::__private::serde::de::DeserializeOwned,
        U: ::core::marker::Send + 'static,
    {
        /// The state as it is stored.
        pub fn to_stored(&self) -> StoredCache<K>
        where
            for<'__never> HashMap<Sku, u32>: ::core::clone::Clone,
            for<'__never> Option<K>: ::core::clone::Clone,
            for<'__never> u8: ::core::clone::Clone,
            for<'__never> u32: ::core::clone::Clone,
        {
            match self {
                Cache {
                    items: __field_0,
                    r#type: __field_1,
                    level: __field_2,
                    words: __field_3,
                    rendered: _,
                } => {
                    StoredCache {
                        items: ::core::clone::Clone::clone(__field_0),
                        r#type: ::core::clone::Clone::clone(__field_1),
                        level: ::core::clone::Clone::clone(__field_2),
                        words: ::core::clone::Clone::clone(__field_3),
                    }
                }
            }
        }
    }
};
