///Asks and tells a server that handles [`CounterMsg`]: a handle, cheap to clone.
pub(crate) struct CounterClient {
    port: ::noex::__private::PortRef<CounterMsg>,
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
    pub mod __names {
        pub struct by;
    }
    impl ::noex::__private::NamedAs<623268094916032724u64> for __names::by {
        type Then<__Rest> = __Rest;
        fn then<__Rest>(rest: __Rest) -> __Rest {
            rest
        }
    }
    pub struct __CounterMsgHandlers<__State: ::noex::GenServer<Protocol = CounterMsg>> {
        pub add: ::noex::__private::Handler<
            __State,
            (::noex::__private::Field<__names::by, i64>,),
            i64,
        >,
        pub check: ::noex::__private::Handler<
            __State,
            (
                ::noex::__private::Field<::noex::__private::AnyName, u8>,
                ::noex::__private::Field<::noex::__private::AnyName, Vec<CounterMsg>>,
            ),
            Result<u8, String>,
        >,
        pub reset: ::noex::__private::Handler<__State, (), ()>,
        pub tick: ::noex::__private::Handler<__State, (), ()>,
    }
    pub enum __CounterMsgReply {
        Add(i64),
        Check(Result<u8, String>),
        __Silent(::core::marker::PhantomData<fn() -> ()>),
    }
    #[automatically_derived]
    impl ::noex::Protocol for CounterMsg {
        const NAME: &'static ::core::primitive::str = "CounterMsg";
        const MESSAGES: &'static [::noex::__private::MessageInfo] = &[
            ::noex::__private::MessageInfo {
                name: "Add",
                kind: ::noex::__private::MessageKind::Call,
            },
            ::noex::__private::MessageInfo {
                name: "Check",
                kind: ::noex::__private::MessageKind::Call,
            },
            ::noex::__private::MessageInfo {
                name: "Reset",
                kind: ::noex::__private::MessageKind::Cast,
            },
            ::noex::__private::MessageInfo {
                name: "Tick",
                kind: ::noex::__private::MessageKind::Info,
            },
        ];
        type Client = CounterClient;
        type Reply = __CounterMsgReply;
        type Handlers<__State: ::noex::GenServer<Protocol = Self>> = __CounterMsgHandlers<
            __State,
        >;
        fn index(&self) -> ::core::primitive::usize {
            match self {
                CounterMsg::Add { .. } => 0usize,
                CounterMsg::Check { .. } => 1usize,
                CounterMsg::Reset { .. } => 2usize,
                CounterMsg::Tick { .. } => 3usize,
            }
        }
        fn dispatch<__State: ::noex::GenServer<Protocol = Self>>(
            self,
            __handlers: &<Self as ::noex::Protocol>::Handlers<__State>,
            __stage: ::noex::__private::Stage<'_, __State>,
        ) -> ::noex::__private::Step<__State> {
            match self {
                CounterMsg::Add { by: __value_0 } => {
                    ::noex::__private::Stage::run(
                        __stage,
                        &__handlers.add,
                        (::noex::__private::Field::new(__value_0),),
                        __CounterMsgReply::Add,
                    )
                }
                CounterMsg::Check(__value_0, __value_1) => {
                    ::noex::__private::Stage::run(
                        __stage,
                        &__handlers.check,
                        (
                            ::noex::__private::Field::new(__value_0),
                            ::noex::__private::Field::new(__value_1),
                        ),
                        __CounterMsgReply::Check,
                    )
                }
                CounterMsg::Reset => {
                    ::noex::__private::Stage::run(
                        __stage,
                        &__handlers.reset,
                        (),
                        |()| __CounterMsgReply::__Silent(::core::marker::PhantomData),
                    )
                }
                CounterMsg::Tick => {
                    ::noex::__private::Stage::run(
                        __stage,
                        &__handlers.tick,
                        (),
                        |()| __CounterMsgReply::__Silent(::core::marker::PhantomData),
                    )
                }
            }
        }
    }
    #[allow(dead_code)]
    impl CounterClient {
        /// Adds `by` and answers the new total.
        pub(crate) fn add(&self, by: i64) -> ::noex::Call<'_, CounterMsg, i64> {
            ::noex::Call::new(
                &self.port,
                CounterMsg::Add { by: by },
                |__replied| match __replied {
                    __CounterMsgReply::Add(__reply) => {
                        ::core::result::Result::Ok(__reply)
                    }
                    #[allow(unreachable_patterns)]
                    _ => {
                        ::core::unreachable!(
                            "a handler answers with the reply of its message"
                        )
                    }
                },
            )
        }
        ///Sends `Check`.
        pub(crate) fn check(
            &self,
            value_1: u8,
            value_2: Vec<CounterMsg>,
        ) -> ::noex::Call<
            '_,
            CounterMsg,
            <Result<u8, String> as ::noex::__private::ResultReply>::Ok,
            <Result<u8, String> as ::noex::__private::ResultReply>::Err,
        > {
            ::noex::Call::new(
                &self.port,
                CounterMsg::Check(value_1, value_2),
                |__replied| match __replied {
                    __CounterMsgReply::Check(__reply) => {
                        <Result<
                            u8,
                            String,
                        > as ::noex::__private::ResultReply>::into_result(__reply)
                    }
                    #[allow(unreachable_patterns)]
                    _ => {
                        ::core::unreachable!(
                            "a handler answers with the reply of its message"
                        )
                    }
                },
            )
        }
        ///Sends `Reset`.
        pub(crate) fn reset(&self) -> ::noex::Cast<'_, CounterMsg> {
            ::noex::Cast::new(&self.port, CounterMsg::Reset)
        }
    }
    impl ::core::clone::Clone for CounterClient {
        fn clone(&self) -> Self {
            Self {
                port: ::core::clone::Clone::clone(&self.port),
            }
        }
    }
    impl ::core::fmt::Debug for CounterClient {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::noex::__private::fmt_client("CounterClient", &self.port, f)
        }
    }
    impl ::core::convert::From<::noex::__private::PortRef<CounterMsg>>
    for CounterClient {
        fn from(port: ::noex::__private::PortRef<CounterMsg>) -> Self {
            Self { port }
        }
    }
    impl ::noex::Client for CounterClient {
        type Protocol = CounterMsg;
        fn port(&self) -> &::noex::__private::PortRef<CounterMsg> {
            &self.port
        }
    }
};
