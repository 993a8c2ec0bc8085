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
    #[derive(
        ::core::clone::Clone,
        ::core::marker::Copy,
        ::core::fmt::Debug,
        ::core::default::Default,
        ::core::cmp::PartialEq,
        ::core::cmp::Eq,
        ::core::cmp::PartialOrd,
        ::core::cmp::Ord,
        ::core::hash::Hash,
    )]
    struct __Itself;
    impl ::noex::shape::Shape for __Itself {
        const SHAPE: ::noex::shape::Node = ::noex::shape::Node::Itself("Tree");
    }
    impl<T> ::noex::shape::Shape for Tree<T>
    where
        Vec<T>: ::noex::shape::Shape,
    {
        const SHAPE: ::noex::shape::Node = ::noex::shape::Node::Enum(
            ::noex::shape::Tagging::Internal("is"),
            &[
                ::noex::shape::Variant::unit("no-tree"),
                ::noex::shape::Variant::of(
                    "one-tree",
                    ::noex::shape::Node::Struct(
                        &[
                            ::noex::shape::Field::flattened(
                                <Rest as ::noex::shape::Shape>::SHAPE,
                            ),
                            ::noex::shape::Field::new(
                                "age",
                                ::noex::shape::Node::With(
                                    "with words::many",
                                    &::noex::shape::Node::Written("u8"),
                                ),
                            ),
                            ::noex::shape::Field::new(
                                "children",
                                <Vec<__Itself> as ::noex::shape::Shape>::SHAPE,
                            ),
                            ::noex::shape::Field::new(
                                    "leaves",
                                    <Vec<T> as ::noex::shape::Shape>::SHAPE,
                                )
                                .with_default(),
                        ],
                    ),
                ),
            ],
        );
    }
};
