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
    impl ::noex::GenServer for Forest {
        type Protocol = ForestMsg;
        type Env = ();
        type Args = ::noex::__private::Fresh<Self>;
        type EnvGiven = ::noex::__private::Given;
        const KIND: &'static ::core::primitive::str = "Forest";
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
    impl Forest {
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
    struct StoredForest {
        trees: Vec<Tree>,
        place: geo::Point,
        owners: HashMap<Sku, Box<Forest>>,
    }
    #[derive(::noex::__private::serde::Serialize)]
    #[serde(crate = ":: noex :: __private :: serde", bound = "", rename = "Forest")]
    struct __ForestRef<'__ref> {
        #[serde(
            rename = "trees",
            serialize_with = "__ForestRef :: < '_ > ::__serialize_0"
        )]
        trees: &'__ref Vec<Tree>,
        #[serde(
            rename = "place",
            serialize_with = "__ForestRef :: < '_ > ::__serialize_1"
        )]
        place: &'__ref geo::Point,
        #[serde(
            rename = "owners",
            serialize_with = "__ForestRef :: < '_ > ::__serialize_2"
        )]
        owners: &'__ref HashMap<Sku, Box<Forest>>,
    }
    impl<'__ref> __ForestRef<'__ref> {
        fn __serialize_0<__S: ::noex::__private::serde::Serializer>(
            value: &&'__ref Vec<Tree>,
            serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            <Vec<Tree> as ::noex::__private::Storable>::serialize(*value, serializer)
        }
        fn __serialize_1<__S: ::noex::__private::serde::Serializer>(
            value: &&'__ref geo::Point,
            serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            <geo::Point as ::noex::__private::Storable>::serialize(*value, serializer)
        }
        fn __serialize_2<__S: ::noex::__private::serde::Serializer>(
            value: &&'__ref HashMap<Sku, Box<Forest>>,
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
                HashMap<Sku, Box<Forest>>,
            >>::serialize(*value, serializer)
        }
    }
    #[derive(::noex::__private::serde::Deserialize)]
    #[serde(crate = ":: noex :: __private :: serde", bound = "", rename = "Forest")]
    struct __ForestRaw {
        #[serde(
            rename = "trees",
            default,
            deserialize_with = "__ForestRaw ::__deserialize_0"
        )]
        trees: ::noex::__private::MaybeField<Vec<Tree>>,
        #[serde(
            rename = "place",
            default,
            deserialize_with = "__ForestRaw ::__deserialize_1"
        )]
        place: ::noex::__private::MaybeField<geo::Point>,
        #[serde(
            rename = "owners",
            default,
            deserialize_with = "__ForestRaw ::__deserialize_2"
        )]
        owners: ::noex::__private::MaybeField<HashMap<Sku, Box<Forest>>>,
    }
    impl __ForestRaw {
        fn __deserialize_0<'__de, __D: ::noex::__private::serde::Deserializer<'__de>>(
            deserializer: __D,
        ) -> ::core::result::Result<
            ::noex::__private::MaybeField<Vec<Tree>>,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let value: ::core::result::Result<
                Vec<Tree>,
                <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
            > = <Vec<Tree> as ::noex::__private::Storable>::deserialize(deserializer);
            ::core::result::Result::map(value, ::noex::__private::MaybeField::Given)
        }
        fn __deserialize_1<'__de, __D: ::noex::__private::serde::Deserializer<'__de>>(
            deserializer: __D,
        ) -> ::core::result::Result<
            ::noex::__private::MaybeField<geo::Point>,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let value: ::core::result::Result<
                geo::Point,
                <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
            > = <geo::Point as ::noex::__private::Storable>::deserialize(deserializer);
            ::core::result::Result::map(value, ::noex::__private::MaybeField::Given)
        }
        fn __deserialize_2<'__de, __D: ::noex::__private::serde::Deserializer<'__de>>(
            deserializer: __D,
        ) -> ::core::result::Result<
            ::noex::__private::MaybeField<HashMap<Sku, Box<Forest>>>,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let value: ::core::result::Result<
                HashMap<Sku, Box<Forest>>,
                <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
            > = <Vec<
                (
                    ::noex::__private::serde_with::Same,
                    ::noex::__private::serde_with::Same,
                ),
            > as ::noex::__private::StoresAs<
                HashMap<Sku, Box<Forest>>,
            >>::deserialize(deserializer);
            ::core::result::Result::map(value, ::noex::__private::MaybeField::Given)
        }
    }
    impl ::noex::__private::serde::Serialize for StoredForest {
        fn serialize<__S: ::noex::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            let __borrowed: __ForestRef<'_> = match self {
                StoredForest {
                    trees: __field_0,
                    place: __field_1,
                    owners: __field_2,
                } => {
                    __ForestRef {
                        trees: __field_0,
                        place: __field_1,
                        owners: __field_2,
                    }
                }
            };
            ::noex::__private::serde::Serialize::serialize(&__borrowed, __serializer)
        }
    }
    impl<'__de> ::noex::__private::serde::Deserialize<'__de> for StoredForest {
        fn deserialize<__D: ::noex::__private::serde::Deserializer<'__de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<
            Self,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let __raw: __ForestRaw = ::noex::__private::serde::Deserialize::deserialize(
                __deserializer,
            )?;
            ::core::result::Result::Ok(
                match __raw {
                    __ForestRaw {
                        trees: __field_0,
                        place: __field_1,
                        owners: __field_2,
                    } => {
                        StoredForest {
                            trees: ::noex::__private::MaybeField::or_try(
                                __field_0,
                                || <Vec<
                                    Tree,
                                > as ::noex::__private::Storable>::missing("trees"),
                            )?,
                            place: ::noex::__private::MaybeField::or_else(
                                __field_1,
                                || <geo::Point as ::noex::__private::DefaultWhenMissing>::default_value(),
                            ),
                            owners: ::noex::__private::MaybeField::or_missing(
                                __field_2,
                                "owners",
                            )?,
                        }
                    }
                },
            )
        }
    }
    #[automatically_derived]
    impl ::noex::__private::Persistent for Forest {
        type Stored = StoredForest;
        const ATTRIBUTES: ::noex::__private::PersistAttributes = ::noex::__private::PersistAttributes {
            kind: "Forest",
            version: 2u32,
            shape: ::core::option::Option::Some(11473502529172928007u64),
            ..::noex::__private::PersistAttributes::DEFAULT
        };
        fn serialize_stored<__S: ::noex::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            let __borrowed: __ForestRef<'_> = match self {
                Forest { trees: __field_0, place: __field_1, owners: __field_2 } => {
                    __ForestRef {
                        trees: __field_0,
                        place: __field_1,
                        owners: __field_2,
                    }
                }
            };
            ::noex::__private::serde::Serialize::serialize(&__borrowed, __serializer)
        }
        fn from_stored(
            __stored: <Self as ::noex::__private::Persistent>::Stored,
        ) -> Self {
            match __stored {
                StoredForest {
                    trees: __field_0,
                    place: __field_1,
                    owners: __field_2,
                } => {
                    Forest {
                        trees: __field_0,
                        place: __field_1,
                        owners: __field_2,
                    }
                }
            }
        }
        fn load(
            __version: ::core::primitive::u32,
            __record: ::noex::__private::Decoder<'_>,
        ) -> ::core::result::Result<Self, ::noex::__private::LoadError> {
            let __from_version_1 = |
                __old: ForestV1,
            | -> ::core::result::Result<Self, ::noex::__private::LoadError> {
                ::noex::__private::step::<ForestV1, Self>(__old, 1u32, 2u32)
            };
            match __version {
                1u32 => {
                    __from_version_1(
                        ::noex::__private::decode_old::<ForestV1>(__record)?,
                    )
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
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Forest {
        /// The state as it is stored.
        fn to_stored(&self) -> StoredForest
        where
            for<'__never> Vec<Tree>: ::core::clone::Clone,
            for<'__never> geo::Point: ::core::clone::Clone,
            for<'__never> HashMap<Sku, Box<Forest>>: ::core::clone::Clone,
        {
            match self {
                Forest { trees: __field_0, place: __field_1, owners: __field_2 } => {
                    StoredForest {
                        trees: ::core::clone::Clone::clone(__field_0),
                        place: ::core::clone::Clone::clone(__field_1),
                        owners: ::core::clone::Clone::clone(__field_2),
                    }
                }
            }
        }
    }
    impl ::noex::shape::Shape for StoredForest {
        const SHAPE: ::noex::shape::Node = ::noex::shape::Node::Struct(
            &[
                ::noex::shape::Field::new(
                    "owners",
                    ::noex::shape::Node::With(
                        "as Vec<(_,_)>",
                        &::noex::shape::Node::Written("HashMap<Sku,Box<Forest>>"),
                    ),
                ),
                ::noex::shape::Field::new(
                        "place",
                        ::noex::shape::Node::Opaque("geo::Point@1"),
                    )
                    .with_default(),
                ::noex::shape::Field::new(
                    "trees",
                    <Vec<Tree> as ::noex::shape::Shape>::SHAPE,
                ),
            ],
        );
    }
    impl ::noex::shape::Locked for Forest {
        const LOCK: ::noex::shape::Lock = ::noex::shape::Lock::of_state(
            "Forest",
            "Forest",
            2u32,
            <StoredForest as ::noex::shape::Shape>::SHAPE,
        );
    }
    const _: () = <Forest as ::noex::shape::Locked>::LOCK.check(11473502529172928007u64);
};
