//! Inherent methods bear the names of those that generated code calls, and do something else: nobody calls them.

use durable::prelude::*;
use serde::{Deserialize, Serialize};

/// Panics in everything that is called as if it were a trait's method.
macro_rules! lie {
    ($type:ident) => {
        #[allow(dead_code, clippy::should_implement_trait, clippy::unused_self)]
        impl $type {
            fn clone(&self, _: u8) -> ! {
                panic!("an inherent method was called")
            }
            fn default(_: u8) -> ! {
                panic!("an inherent method was called")
            }
            fn into(self, _: u8) -> ! {
                panic!("an inherent method was called")
            }
            fn from(_: u8, _: u8) -> ! {
                panic!("an inherent method was called")
            }
            fn serialize(&self) -> ! {
                panic!("an inherent method was called")
            }
            fn deserialize() -> ! {
                panic!("an inherent method was called")
            }
            fn poll(&self) -> ! {
                panic!("an inherent method was called")
            }
            fn into_future(self) -> ! {
                panic!("an inherent method was called")
            }
            fn into_result(self) -> ! {
                panic!("an inherent method was called")
            }
            fn into_answer(self) -> ! {
                panic!("an inherent method was called")
            }
            fn result(self) -> ! {
                panic!("an inherent method was called")
            }
            fn default_value() -> ! {
                panic!("an inherent method was called")
            }
            fn missing() -> ! {
                panic!("an inherent method was called")
            }
            fn convert(self) -> ! {
                panic!("an inherent method was called")
            }
            fn init(self) -> ! {
                panic!("an inherent method was called")
            }
            fn on_start(self) -> ! {
                panic!("an inherent method was called")
            }
            fn terminate(self) -> ! {
                panic!("an inherent method was called")
            }
            fn persistence() -> ! {
                panic!("an inherent method was called")
            }
            fn from_stored() -> ! {
                panic!("an inherent method was called")
            }
            fn load() -> ! {
                panic!("an inherent method was called")
            }
        }
    };
}

/// A value that looks like everything.
#[derive(Debug, PartialEq, Clone, Default, Serialize, Deserialize)]
struct Liar(u8);
lie!(Liar);

#[derive(Protocol)]
#[protocol(crate = "durable")]
enum CourtMsg {
    #[call(Liar)]
    Swear { liar: Liar },
    #[call(Result<Liar, Liar>)]
    Ask(Liar),
    #[cast]
    Rise,
}
lie!(CourtMsg);
lie!(CourtClient);

#[derive(GenServer, Clone, Default)]
#[genserver(protocol = CourtMsg, crate = "durable", env = Liar)]
#[persist(interval = "30s", version = 2, migrate(1 = CourtV1), snapshot = "clone")]
struct Court {
    liar: Liar,
    #[persist(default)]
    second: Liar,
    #[persist(skip)]
    hidden: Liar,
    risen: bool,
}
lie!(Court);

#[derive(Stored)]
#[persist(crate = "durable")]
struct CourtV1 {
    liar: Liar,
}
lie!(CourtV1);

impl From<CourtV1> for Court {
    fn from(old: CourtV1) -> Self {
        Self {
            liar: old.liar,
            ..<Self as Default>::default()
        }
    }
}

#[handlers(CourtMsg, crate = "durable")]
impl Court {
    fn swear(&mut self, liar: Liar) -> Liar {
        std::mem::replace(&mut self.liar, liar)
    }

    async fn ask(&self, liar: Liar) -> Result<Liar, Liar> {
        tokio::task::yield_now().await;
        if liar == self.liar {
            Ok(liar)
        } else {
            Err(liar)
        }
    }

    fn rise(&mut self, cx: &mut Cx<Self>) {
        self.hidden = Clone::clone(&cx.env);
        self.risen = true;
    }
}

#[tokio::test]
async fn nobody_falls_for_an_inherent_method() {
    let store = MemoryAdapter::new();
    let spec = || {
        Court::spec(<Court as Default>::default)
            .name("it")
            .env(Liar(9))
    };
    let system = System::new(Clone::clone(&store));
    let court = system.start(spec()).await.expect("it starts");
    assert_eq!(court.swear(Liar(1)).await.expect("answered"), Liar(0));
    assert_eq!(court.ask(Liar(1)).await.expect("answered"), Liar(1));
    let refused = court.ask(Liar(2)).await;
    assert!(matches!(refused, Err(durable::CallError::Failed(Liar(2)))));
    court.rise().await.expect("sent");
    let copy = Clone::clone(&court);
    copy.checkpoint().await.expect("saved");
    system.shutdown().await.expect("saved again");

    let system = System::new(store);
    let court = system.start(spec()).await.expect("it is restored");
    assert_eq!(court.swear(Liar(0)).await.expect("answered"), Liar(1));
}
