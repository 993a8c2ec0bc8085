//! Fields, arguments and variants that are named as generated code names its own things.

#![allow(
    clippy::new_ret_no_self,
    clippy::too_many_arguments,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    clippy::wrong_self_convention,
    reason = "handlers bear the names of their messages, and hooks have the signatures they must have"
)]

use durable::prelude::*;

#[derive(Protocol)]
#[protocol(crate = "durable")]
#[allow(dead_code, reason = "nobody sends the infos")]
enum OddMsg {
    #[call(u64)]
    Mix {
        cx: u64,
        reply: u64,
        state: u64,
        message: u64,
        self_: u64,
        r#type: u64,
        __private: u64,
        __field_0: u64,
        __argument_0: u64,
        __argument_1: u64,
        __fields: u64,
        __state: u64,
        __turn: u64,
        port: u64,
        value: u64,
    },
    #[call(u64)]
    Wait {
        __turn: u64,
        __wrap: u64,
        __answer: u64,
        __given: u64,
        __cx: u64,
        __rest: u64,
    },
    #[call(u64)]
    Later { __reply: u64, __handlers: u64 },
    #[call(u64)]
    Port(u64, u64),
    #[call]
    New,
    #[call]
    Clone,
    #[call]
    From,
    #[call]
    Fmt,
    #[cast]
    Stop,
    #[cast]
    Default,
    #[info]
    Dispatch,
    #[info]
    Index,
    #[call]
    Handlers,
    #[call]
    Reply,
    #[call]
    Protocol,
    #[call]
    Init,
    #[call]
    OnStart,
    #[call]
    Names,
    #[call]
    Ok,
    #[call]
    Err,
    #[call]
    Some,
    #[call]
    None,
    #[call]
    Box,
    #[call]
    Unknown,
    #[call]
    Type,
}

#[derive(GenServer, Default)]
#[genserver(protocol = OddMsg, crate = "durable", args = u64, init = Odd::make)]
#[persist(interval = "30s", snapshot = "clone")]
struct Odd {
    cx: u64,
    state: u64,
    message: u64,
    self_: u64,
    r#type: u64,
    value: u64,
    serializer: u64,
    deserializer: u64,
    __private: u64,
    __field_0: u64,
    __field_1: u64,
    __serializer: u64,
    __deserializer: u64,
    __borrowed: u64,
    __raw: u64,
    __stored: u64,
    #[persist(skip = 3)]
    __record: u64,
    #[persist(default)]
    __version: u64,
}

impl Odd {
    fn make(args: &u64, _cx: &mut InitCx<Self>) -> Self {
        Self {
            __private: *args,
            ..<Self as Default>::default()
        }
    }
}

#[derive(Stored)]
#[persist(crate = "durable")]
#[allow(dead_code, non_camel_case_types)]
enum __Raw {
    __Ref { __raw: u64, __borrowed: u64 },
    Self_(u64),
    Ok,
    Some,
}

#[handlers(OddMsg, crate = "durable")]
impl Odd {
    fn mix(
        &mut self,
        cx: u64,
        reply: u64,
        state: u64,
        message: u64,
        self_: u64,
        r#type: u64,
        __private: u64,
        __field_0: u64,
        __argument_0: u64,
        __argument_1: u64,
        __fields: u64,
        __state: u64,
        __turn: u64,
        port: u64,
        value: u64,
    ) -> u64 {
        self.cx = cx;
        let named = [cx, reply, state, message, self_, r#type, port, value];
        let hidden = [
            __private,
            __field_0,
            __argument_0,
            __argument_1,
            __fields,
            __state,
            __turn,
        ];
        named.iter().chain(&hidden).sum()
    }

    async fn wait(
        &mut self,
        __turn: u64,
        __wrap: u64,
        __answer: u64,
        __given: u64,
        __cx: u64,
        __rest: u64,
        cx: &mut Cx<Self>,
    ) -> u64 {
        tokio::task::yield_now().await;
        let _ = cx.name();
        __turn + __wrap + __answer + __given + __cx + __rest
    }

    fn later(&mut self, __reply: u64, __handlers: u64, reply: ReplyTo<u64>) {
        reply.send(__reply + __handlers + self.__private);
    }

    fn port(&self, value_1: u64, value_2: u64) -> u64 {
        value_1 * value_2
    }

    fn new(&self) {}
    fn clone(&self) {}
    fn from(&self) {}
    fn fmt(&self) {}
    fn stop(&mut self) {}
    fn default(&mut self) {}
    fn dispatch(&self) {}
    fn index(&self) {}
    fn handlers(&self) {}
    fn reply(&self) {}
    fn protocol(&self) {}
    fn init(&self) {}
    fn on_start(&self) {}
    fn names(&self) {}
    fn ok(&self) {}
    fn err(&self) {}
    fn some(&self) {}
    fn none(&self) {}
    fn r#box(&self) {}
    fn unknown(&self) {}
    fn r#type(&self) {}
}

#[tokio::test]
async fn no_name_is_taken() {
    let store = MemoryAdapter::new();
    let system = System::new(store.clone());
    let odd = system
        .start(Odd::spec(40).name("odd"))
        .await
        .expect("it starts");
    let mixed = odd.mix(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    assert_eq!(mixed.await.expect("answered"), 15);
    let waited = odd.wait(1, 2, 3, 4, 5, 6);
    assert_eq!(waited.await.expect("answered"), 21);
    assert_eq!(odd.later(1, 1).await.expect("answered"), 42);
    assert_eq!(odd.port(2, 3).await.expect("answered"), 6);
    odd.clone().await.expect("a message is named `Clone`");
    odd.new().await.expect("a message is named `New`");
    odd.r#type().await.expect("a message is named by a keyword");
    odd.stop().await.expect("a message is named `Stop`");
    assert_eq!(odd.later(1, 1).await.expect("still there"), 42);
    system.shutdown().await.expect("it is saved");

    let system = System::new(store);
    let odd = system
        .start(Odd::spec(0).name("odd"))
        .await
        .expect("it is restored");
    assert_eq!(odd.later(1, 1).await.expect("answered"), 42);
}
