use std::io;

use noex::prelude::*;

type Answer<T> = Result<T, String>;

mod aliased {
    pub type Result<T> = std::result::Result<T, String>;
}

#[derive(Protocol)]
enum WorkMsg {
    #[call(u8)]
    Now(u8),
    #[call(u8)]
    Waits(u8, u8),
    #[call(u8)]
    Defers { by: u8 },
    #[call(u8)]
    DefersWaiting { by: u8 },
    #[call(Result<u8, String>)]
    Checked { by: u8 },
    #[call(io::Result<u8>)]
    Reads,
    #[call(aliased::Result<u8>)]
    Aliased,
    #[call(Answer<u8>)]
    AsItIs,
    #[call]
    Nothing,
    #[call(())]
    Unit(),
    #[call(Option<Vec<[u8; 2]>>)]
    Nested {},
    #[cast]
    Tell { r#type: String, _unused: u8 },
    #[info]
    Tick(u64),
}

#[derive(GenServer, Default)]
#[genserver(protocol = WorkMsg)]
struct Work {
    told: Vec<String>,
}

#[handlers(WorkMsg)]
impl Work {
    const STEP: u8 = 1;

    fn now(&mut self, mut n: u8) -> u8 {
        n += Self::STEP;
        n
    }

    async fn waits(&mut self, left: u8, _: u8, cx: &mut Cx<Self>) -> u8 {
        let _ = cx;
        tokio::task::yield_now().await;
        left
    }

    fn defers(&self, by: u8, reply: ReplyTo<u8>, _cx: &mut Cx<Self>) {
        reply.send(by);
    }

    async fn defers_waiting(&mut self, _by: u8, reply: ReplyTo<u8>) -> () {
        tokio::task::yield_now().await;
        reply.send(_by);
    }

    fn checked(&self, by: u8) -> Result<u8, String> {
        if by > 1 {
            Err("too much".to_owned())
        } else {
            Ok(by)
        }
    }

    async fn reads(&self) -> io::Result<u8> {
        Err(io::Error::other("nothing to read"))
    }

    fn aliased(&self) -> aliased::Result<u8> {
        Err("aliased".to_owned())
    }

    fn as_it_is(&self) -> Answer<u8> {
        Err("as it is".to_owned())
    }

    fn nothing(&mut self) {}

    fn unit(&mut self) -> () {}

    fn nested(&self) -> Option<Vec<[u8; 2]>> {
        Some(vec![[1, 2]])
    }

    fn tell(&mut self, r#type: String, unused: u8) {
        self.told.extend(std::iter::repeat_n(r#type, unused.into()));
    }

    fn tick(&mut self, _n: u64) {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let system = System::new(MemoryAdapter::new());
    let work = system
        .start(Work::spec(Work::default))
        .await
        .expect("it starts");
    assert_eq!(work.now(1).await.expect("answered"), 2);
    assert_eq!(work.waits(3, 4).await.expect("answered"), 3);
    assert_eq!(work.defers(5).await.expect("answered"), 5);
    assert_eq!(work.defers_waiting(6).await.expect("answered"), 6);
    assert_eq!(work.checked(1).await.expect("answered"), 1);
    let refused: CallError<String> = work.checked(2).await.expect_err("too much");
    assert!(matches!(refused, CallError::Failed(words) if words == "too much"));
    let failed: CallError<io::Error> = work.reads().await.expect_err("nothing to read");
    assert!(matches!(failed, CallError::Failed(_)));
    assert!(matches!(work.aliased().await, Err(CallError::Failed(words)) if words == "aliased"));
    assert_eq!(
        work.as_it_is().await.expect("answered"),
        Err("as it is".to_owned())
    );
    work.nothing().await.expect("answered");
    work.unit().await.expect("answered");
    assert_eq!(work.nested().await.expect("answered"), Some(vec![[1, 2]]));
    work.tell("told".to_owned(), 2).await.expect("sent");
    let _ = WorkMsg::Tick(1);
}
