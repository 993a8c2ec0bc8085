//! What a page keeps, how it comes and goes, and what its hooks do when they are in a mood.

use std::collections::VecDeque;
use std::sync::Arc;

use noex::ExitReason;
use noex::prelude::*;
use noex::store::Revision;

use super::{PageMsg, Receipt};
use crate::ledger::{Hook, Ledger, Mark, Mood, Op};

/// What every incarnation is given.
#[derive(Clone)]
pub(crate) struct Env {
    pub(crate) ledger: Arc<Ledger>,
}

/// A server: it counts changes, and knows which they were.
#[derive(GenServer)]
#[genserver(
    protocol = PageMsg, env = Env, init = Page::open, on_start = Page::begin, terminate = Page::end, mailbox = 8,
)]
#[persist(
    before_persist = Page::before, after_persist = Page::after, on_restore = Page::restored,
)]
pub(crate) struct Page {
    token: u64,
    seq: u64,
    chain: u64,
    /// Differs from `right` in the middle of a handler.
    pub(super) left: u64,
    right: u64,
    pub(super) poisoned: bool,
    #[persist(skip)]
    known: Option<(Env, Arc<str>)>,
    #[persist(skip)]
    found: Option<Revision>,
    #[persist(skip)]
    pub(super) owed: VecDeque<ReplyTo<Receipt>>,
}

impl Page {
    async fn open((): &(), cx: &mut InitCx<Self>) -> Result<Self, String> {
        act(&cx.env.ledger, Hook::Init).await?;
        let key = cx.key().map(ToString::to_string).unwrap_or_default();
        cx.env.ledger.made(&key);
        Ok(Self {
            token: 0,
            seq: 0,
            chain: 0,
            left: 0,
            right: 0,
            poisoned: false,
            known: None,
            found: None,
            owed: VecDeque::new(),
        })
    }

    fn restored(&mut self, meta: &RecordMeta) {
        self.found = Some(meta.revision);
    }

    async fn begin(&mut self, cx: &mut Cx<Self>) -> Result<(), String> {
        let key: Arc<str> = cx.key().map(ToString::to_string).unwrap_or_default().into();
        let ledger = cx.env.ledger.clone();
        self.token = ledger.born(&key, self.found.take(), self.mark());
        self.known = Some((cx.env.clone(), key));
        act(&ledger, Hook::Start).await?;
        self.rest();
        Ok(())
    }

    async fn end(&mut self, reason: &ExitReason, _: &mut Cx<Self>) {
        let key = self.key();
        self.ledger()
            .tell(format!("{key} says farewell, since it {reason}"));
        self.ledger().farewell(&key, self.token);
        let _ = act(self.ledger(), Hook::Terminate).await;
        self.change_to(4);
    }

    fn before(&self) -> Persist<Stored<Self>> {
        match self.ledger().mood(Hook::Before) {
            Some(Mood::Skip) => Persist::Skip,
            Some(Mood::Panic) => panic!("chaos: before_persist was told to panic"),
            _ => Persist::AsIs,
        }
    }

    fn after(&mut self, _: &RecordMeta) {
        if self.ledger().mood(Hook::After) == Some(Mood::Panic) {
            self.fall("after_persist was told to panic");
        }
    }

    fn mark(&self) -> Mark {
        Mark {
            token: self.token,
            seq: self.seq,
            chain: self.chain,
        }
    }

    pub(super) fn receipt(&self) -> Receipt {
        Receipt {
            mark: self.mark(),
            poisoned: self.poisoned,
        }
    }

    pub(super) fn ledger(&self) -> &Ledger {
        let (env, _) = self.known.as_ref().expect("it has begun");
        &env.ledger
    }

    pub(super) fn key(&self) -> Arc<str> {
        let (_, key) = self.known.as_ref().expect("it has begun");
        key.clone()
    }

    pub(super) fn enter(&self, op: Op) {
        self.ledger().handled(&self.key(), self.token, op);
    }

    pub(super) fn fall(&self, why: &str) -> ! {
        self.ledger().breaks(self.token);
        panic!("chaos: {why}")
    }

    pub(super) fn change(&mut self, op: Op) -> Receipt {
        if self.poisoned {
            self.left += 1;
            self.fall("poisoned");
        }
        self.change_to(op.n);
        self.receipt()
    }

    pub(super) fn change_to(&mut self, what: u64) {
        self.seq += 1;
        let mixed = self.chain.rotate_left(13) ^ self.token.rotate_left(31) ^ what;
        self.chain = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 8;
        self.left += 1;
        self.right += 1;
        self.rest();
    }

    /// From here on the state may be stored.
    fn rest(&self) {
        self.ledger().between(&self.key(), self.mark());
    }
}

/// Does what the hook is in the mood for.
async fn act(ledger: &Ledger, hook: Hook) -> Result<(), String> {
    match ledger.mood(hook) {
        Some(Mood::Panic) => panic!("chaos: {hook:?} was told to panic"),
        Some(Mood::Fail) => Err(format!("{hook:?} was told to fail")),
        Some(Mood::Hang) => std::future::pending().await,
        Some(Mood::Skip) | None => Ok(()),
    }
}
