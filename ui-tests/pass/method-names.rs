//! No message name is reserved: a generated method wins over what every client can do.

use noex::Client;
use noex::prelude::*;

#[derive(Protocol)]
enum Msg {
    #[call(&'static str)]
    Stop,
    #[call(&'static str)]
    Clone,
    #[call(&'static str)]
    Port,
    #[call(&'static str)]
    Type,
    #[call(&'static str)]
    Dispatch {
        handlers: u8,
        stage: u8,
        __stage: u8,
        __handlers: u8,
    },
    #[cast]
    Checkpoint {
        state: u8,
        cx: u8,
        turn: u8,
        reply: u8,
    },
}

#[derive(GenServer, Default)]
#[genserver(protocol = Msg)]
#[persist(interval = "30s")]
struct Named {
    serializer: u8,
    __serializer: u8,
    value: u8,
    raw: u8,
    __field_1: u8,
    deserializer: u8,
}

#[handlers(Msg)]
impl Named {
    fn stop(&self) -> &'static str {
        "stop"
    }

    fn clone(&self) -> &'static str {
        "clone"
    }

    fn port(&self) -> &'static str {
        "port"
    }

    fn r#type(&self) -> &'static str {
        "type"
    }

    async fn dispatch(
        &mut self,
        handlers: u8,
        stage: u8,
        __stage: u8,
        __handlers: u8,
    ) -> &'static str {
        let _ = (handlers, stage, __stage, __handlers);
        "dispatch"
    }

    fn checkpoint(&mut self, state: u8, cx: u8, turn: u8, reply: u8, context: &mut Cx<Self>) {
        let _ = (state, cx, turn, reply, context);
        self.value +=
            self.serializer + self.__serializer + self.raw + self.__field_1 + self.deserializer;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let system = System::new(MemoryAdapter::new());
    let named: MsgClient = system
        .start(Named::spec(Named::default).name("named"))
        .await
        .expect("it starts");
    assert_eq!(named.stop().await.expect("answered"), "stop");
    assert_eq!(named.clone().await.expect("answered"), "clone");
    assert_eq!(named.port().await.expect("answered"), "port");
    assert_eq!(named.r#type().await.expect("answered"), "type");
    assert_eq!(
        named.dispatch(1, 2, 3, 4).await.expect("answered"),
        "dispatch"
    );
    named.checkpoint(1, 2, 3, 4).await.expect("sent");
    Client::stop(&named).await.expect("it stops");
}
