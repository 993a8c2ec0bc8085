//! The server that is searched: one handler of each kind, sync and async, reading and writing, answering later,
//! panicking at each point where a panic can happen.

#![expect(
    clippy::unused_self,
    reason = "a handler takes the state whether or not it needs it"
)]

use std::sync::Arc;

use crate::exit::ExitReason;
use crate::prelude::*;
use crate::sync::breathe;

use super::book::{Alive, Book, Line};

#[derive(Protocol)]
#[protocol(crate = "crate")]
pub(super) enum ScribeMsg {
    #[call(u64)]
    Write { line: Line },
    #[call(u64)]
    Ponder { line: Line },
    #[call(u64)]
    Read { line: Line },
    #[call(u64)]
    Reread { line: Line },
    #[call(u64)]
    Promise { line: Line },
    #[call(u64)]
    PromiseLate { line: Line },
    #[call(u64)]
    Stumble { line: Line },
    #[call(u64)]
    StumbleLate { line: Line },
    #[call(u64)]
    Collapse { line: Line },
    #[call(u64)]
    CollapseLate { line: Line },
    #[call(u64)]
    Hang { line: Line },
    #[cast]
    Tell { line: Line },
    #[cast]
    TellSlowly { line: Line },
    #[cast]
    Keep { line: Line },
}

#[derive(GenServer)]
#[genserver(
    protocol = ScribeMsg, env = Arc<Book>, args = (), init = Scribe::open, terminate = Scribe::say_farewell,
    start_timeout = "365d", crate = "crate"
)]
pub(super) struct Scribe {
    lines: u64,
    promises: Vec<ReplyTo<u64>>,
    _alive: Alive,
}

impl Scribe {
    async fn open((): &(), cx: &mut InitCx<Self>) -> Result<Self, std::convert::Infallible> {
        breathe().await;
        Ok(Self {
            lines: 0,
            promises: Vec::new(),
            _alive: cx.env.born(),
        })
    }

    async fn say_farewell(&mut self, _: &ExitReason, cx: &mut Cx<Self>) {
        breathe().await;
        cx.env.farewell();
    }

    fn add(&mut self) -> u64 {
        self.lines += 1;
        self.lines
    }
}

#[handlers(ScribeMsg, crate = "crate")]
impl Scribe {
    fn write(&mut self, line: Line, cx: &mut Cx<Self>) -> u64 {
        cx.env.begin(line).finish();
        self.add()
    }

    async fn ponder(&mut self, line: Line, cx: &mut Cx<Self>) -> u64 {
        let inside = cx.env.begin(line);
        breathe().await;
        inside.finish();
        self.add()
    }

    fn read(&self, line: Line, cx: &mut Cx<Self>) -> u64 {
        cx.env.begin(line).finish();
        self.lines
    }

    async fn reread(&self, line: Line, cx: &mut Cx<Self>) -> u64 {
        let inside = cx.env.begin(line);
        breathe().await;
        inside.finish();
        self.lines
    }

    fn promise(&mut self, line: Line, reply: ReplyTo<u64>, cx: &mut Cx<Self>) {
        cx.env.begin(line).finish();
        self.promises.push(reply);
    }

    async fn promise_late(&mut self, line: Line, reply: ReplyTo<u64>, cx: &mut Cx<Self>) {
        let inside = cx.env.begin(line);
        breathe().await;
        inside.finish();
        self.promises.push(reply);
    }

    fn stumble(&self, line: Line, cx: &mut Cx<Self>) -> u64 {
        let _inside = cx.env.begin(line);
        fail()
    }

    async fn stumble_late(&self, line: Line, cx: &mut Cx<Self>) -> u64 {
        let _inside = cx.env.begin(line);
        breathe().await;
        fail()
    }

    fn collapse(&mut self, line: Line, cx: &mut Cx<Self>) -> u64 {
        let _inside = cx.env.begin(line);
        fail()
    }

    async fn collapse_late(&mut self, line: Line, cx: &mut Cx<Self>) -> u64 {
        let _inside = cx.env.begin(line);
        breathe().await;
        fail()
    }

    async fn hang(&mut self, line: Line, cx: &mut Cx<Self>) -> u64 {
        let _inside = cx.env.begin(line);
        std::future::pending().await
    }

    fn tell(&mut self, line: Line, cx: &mut Cx<Self>) {
        cx.env.begin(line).finish();
        self.add();
    }

    async fn tell_slowly(&mut self, line: Line, cx: &mut Cx<Self>) {
        let inside = cx.env.begin(line);
        breathe().await;
        inside.finish();
        self.add();
    }

    fn keep(&mut self, line: Line, cx: &mut Cx<Self>) {
        cx.env.begin(line).finish();
        let lines = self.add();
        for promise in self.promises.drain(..) {
            promise.send(lines);
        }
    }
}

/// What a handler's panic is told by.
pub(super) const FAILED: &str = "the ink is spilt";

/// A panic past the hook, which would print it for every schedule.
fn fail() -> ! {
    std::panic::resume_unwind(Box::new(FAILED))
}
