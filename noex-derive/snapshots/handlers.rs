impl Counter {
    fn add(&mut self, by: i64) -> i64 {
        self.total += by;
        self.total
    }
    async fn check(
        &self,
        _: u8,
        _more: Vec<CounterMsg>,
        reply: ReplyTo<Result<u8, String>>,
    ) {}
    async fn reset(&mut self, cx: &mut Cx<Self>) {}
    #[cfg(test)]
    fn tick(&self) {}
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
    impl ::noex::Serve<Counter> for CounterMsg
    where
        Counter: ::noex::GenServer<Protocol = CounterMsg>,
    {
        const HANDLERS: <CounterMsg as ::noex::Protocol>::Handlers<Counter> = {
            type __Handlers = <CounterMsg as ::noex::Protocol>::Handlers<Counter>;
            __Handlers {
                add: ::noex::__private::Handler::now(
                    true,
                    |__state, __fields, __cx| {
                        let (__argument_0,) = ::noex::__private::taken::<
                            (_,),
                            _,
                            _,
                        >(__fields);
                        let (__argument_0, ()) = ::noex::__private::named::<
                            623268094916032724u64,
                            _,
                            _,
                            _,
                        >(__argument_0, ());
                        let __given = <Counter>::add(__state, __argument_0);
                        ::noex::__private::answer(__given)
                    },
                ),
                check: ::noex::__private::Handler::defers_waiting(
                    false,
                    |mut __turn, __fields, __reply| {
                        let (__argument_0, __argument_1) = ::noex::__private::taken::<
                            (_, _),
                            _,
                            _,
                        >(__fields);
                        let __argument_0 = ::noex::__private::Field::into_value(
                            __argument_0,
                        );
                        let (__argument_1, ()) = ::noex::__private::named::<
                            944603233123352704u64,
                            _,
                            _,
                            _,
                        >(__argument_1, ());
                        ::std::boxed::Box::pin(async move {
                            {
                                let (__state, __cx) = ::noex::__private::Turn::parts(
                                    &mut __turn,
                                );
                                <Counter>::check(
                                        __state,
                                        __argument_0,
                                        __argument_1,
                                        __reply,
                                    )
                                    .await;
                            }
                            __turn
                        })
                    },
                ),
                reset: ::noex::__private::Handler::waits(
                    true,
                    |mut __turn, __fields, __wrap| {
                        let () = ::noex::__private::taken::<(), _, _>(__fields);
                        ::std::boxed::Box::pin(async move {
                            let __answer = {
                                let (__state, __cx) = ::noex::__private::Turn::parts(
                                    &mut __turn,
                                );
                                let __given = <Counter>::reset(__state, __cx).await;
                                ::noex::__private::answer(__given)
                            };
                            (__turn, __wrap(__answer))
                        })
                    },
                ),
                #[cfg(test)]
                tick: ::noex::__private::Handler::now(
                    false,
                    |__state, __fields, __cx| {
                        let () = ::noex::__private::taken::<(), _, _>(__fields);
                        let __given = <Counter>::tick(__state);
                        ::noex::__private::answer(__given)
                    },
                ),
            }
        };
    }
};
