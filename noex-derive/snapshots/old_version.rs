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
    #[derive(::noex::__private::serde::Serialize)]
    #[serde(crate = ":: noex :: __private :: serde", bound = "", rename = "CounterV1")]
    struct __CounterV1Ref<'__ref> {
        #[serde(
            rename = "count",
            serialize_with = "__CounterV1Ref :: < '_ > ::__serialize_0"
        )]
        count: &'__ref i32,
    }
    impl<'__ref> __CounterV1Ref<'__ref> {
        fn __serialize_0<__S: ::noex::__private::serde::Serializer>(
            value: &&'__ref i32,
            serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            <i32 as ::noex::__private::Storable>::serialize(*value, serializer)
        }
    }
    #[derive(::noex::__private::serde::Deserialize)]
    #[serde(crate = ":: noex :: __private :: serde", bound = "", rename = "CounterV1")]
    struct __CounterV1Raw {
        #[serde(
            rename = "count",
            default,
            deserialize_with = "__CounterV1Raw ::__deserialize_0"
        )]
        count: ::noex::__private::MaybeField<i32>,
    }
    impl __CounterV1Raw {
        fn __deserialize_0<'__de, __D: ::noex::__private::serde::Deserializer<'__de>>(
            deserializer: __D,
        ) -> ::core::result::Result<
            ::noex::__private::MaybeField<i32>,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let value: ::core::result::Result<
                i32,
                <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
            > = <i32 as ::noex::__private::Storable>::deserialize(deserializer);
            ::core::result::Result::map(value, ::noex::__private::MaybeField::Given)
        }
    }
    impl ::noex::__private::serde::Serialize for CounterV1 {
        fn serialize<__S: ::noex::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<
            <__S as ::noex::__private::serde::Serializer>::Ok,
            <__S as ::noex::__private::serde::Serializer>::Error,
        > {
            let __borrowed: __CounterV1Ref<'_> = match self {
                CounterV1 { count: __field_0, level: _ } => {
                    __CounterV1Ref { count: __field_0 }
                }
            };
            ::noex::__private::serde::Serialize::serialize(&__borrowed, __serializer)
        }
    }
    impl<'__de> ::noex::__private::serde::Deserialize<'__de> for CounterV1 {
        fn deserialize<__D: ::noex::__private::serde::Deserializer<'__de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<
            Self,
            <__D as ::noex::__private::serde::Deserializer<'__de>>::Error,
        > {
            let __raw: __CounterV1Raw = ::noex::__private::serde::Deserialize::deserialize(
                __deserializer,
            )?;
            ::core::result::Result::Ok(
                match __raw {
                    __CounterV1Raw { count: __field_0 } => {
                        CounterV1 {
                            count: ::noex::__private::MaybeField::or_try(
                                __field_0,
                                || <i32 as ::noex::__private::Storable>::missing("count"),
                            )?,
                            level: ::noex::__private::value::<u8>(|| 3),
                        }
                    }
                },
            )
        }
    }
};
