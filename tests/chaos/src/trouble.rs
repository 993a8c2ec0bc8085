//! Trouble: a store that fails, loses, delays and doubles, hooks in a mood, another machine that takes a key.

use std::sync::Arc;

use noex::store::{Key, NodeId, StoreError};
use noex::testing::{Call, Fault, Gate};

use crate::chance::Chance;
use crate::ledger::{Hook, Mood};
use crate::life::{Desk, Store};

/// Who makes it.
pub(crate) struct Trouble {
    pub(crate) desk: Arc<Desk>,
    pub(crate) chance: Chance,
}

impl Trouble {
    pub(crate) async fn work(mut self, things: u32) {
        for _ in 0..things {
            let pause = self.chance.up_to(self.desk.pace.unit * 8);
            tokio::time::sleep(pause).await;
            self.make().await;
        }
    }

    async fn make(&mut self) {
        match self.chance.below(20) {
            0..7 => self.spoil_write(),
            7..9 => self.spoil_other(),
            9..11 => self.upset_hook(),
            11 => self.be_out().await,
            12..14 => self.hold_up().await,
            14 => self.take_over().await,
            15..17 => {
                self.desk.store.deliver().await;
            }
            17 => self.deliver_ghosts().await,
            _ => self.desk.open_gate(),
        }
    }

    fn spoil_write(&mut self) {
        let fault = self
            .chance
            .one_of(&[
                Fault::Rejected,
                Fault::Lost,
                Fault::AnsweredTooLate,
                Fault::Delayed,
                Fault::Doubled,
            ])
            .clone();
        self.spoil(Call::Write, fault);
    }

    fn spoil_other(&mut self) {
        let (call, fault) = self
            .chance
            .one_of(&[
                (Call::Load, Fault::Rejected),
                (Call::Load, Fault::Lost),
                (Call::Claim, Fault::Rejected),
                (Call::Claim, Fault::Lost),
                (Call::Claim, Fault::Damaged { byte: 150 }),
                (Call::Release, Fault::Rejected),
                (Call::Release, Fault::Lost),
                (Call::Release, Fault::AnsweredTooLate),
            ])
            .clone();
        self.spoil(call, fault);
    }

    fn spoil(&self, call: Call, fault: Fault) {
        self.desk.ledger.tell(format!("{call:?} will be {fault:?}"));
        self.desk.store.next(call, fault);
    }

    fn upset_hook(&mut self) {
        let (hook, mood) = *self.chance.one_of(&[
            (Hook::Init, Mood::Panic),
            (Hook::Init, Mood::Fail),
            (Hook::Start, Mood::Panic),
            (Hook::Start, Mood::Fail),
            (Hook::Start, Mood::Hang),
            (Hook::Before, Mood::Panic),
            (Hook::Before, Mood::Skip),
            (Hook::After, Mood::Panic),
            (Hook::Terminate, Mood::Panic),
            (Hook::Terminate, Mood::Hang),
        ]);
        self.desk.ledger.set_mood(hook, mood);
    }

    /// The store takes nothing for a while.
    async fn be_out(&mut self) {
        self.desk.ledger.tell("the store is out");
        let out = Fault::Fails(StoreError::uncertain("the store is out"));
        for call in [Call::Write, Call::Load, Call::Claim, Call::Release] {
            self.desk.store.always(call, out.clone());
        }
        let pause = self.chance.up_to(self.desk.pace.unit * 30);
        tokio::time::sleep(pause).await;
        self.desk.store.heal();
        self.desk.ledger.tell("the store is back");
    }

    /// One kind of call to the store, or its answers, wait for a while.
    async fn hold_up(&mut self) {
        let call = *self
            .chance
            .one_of(&[Call::Write, Call::Write, Call::Claim, Call::Release]);
        let gate = Gate::new();
        let fault = if self.chance.happens(50) {
            Fault::Held(gate.clone())
        } else {
            Fault::AnswerHeld(gate.clone())
        };
        self.desk.ledger.tell(format!("{call:?} is held up"));
        self.desk.keep(gate.clone());
        self.desk.store.always(call, fault);
        let pause = self.chance.up_to(self.desk.pace.unit * 40);
        tokio::time::sleep(pause).await;
        self.desk.store.heal();
        gate.open();
        self.desk.ledger.tell(format!("{call:?} goes on"));
    }

    /// Another machine takes a key, as when a lease has run out unnoticed, and leaves it again.
    async fn take_over(&mut self) {
        let seats = self.desk.tree.seats();
        let seat = self.chance.one_of(&seats).clone();
        let Ok(key) = Key::new(seat.key.clone()) else {
            return;
        };
        self.desk.ledger.taken_over(&seat.key);
        let claimed = self.desk.ledger.claim(&seat.key, || {
            let shared = &self.desk.shared;
            Ok::<_, StoreError>(shared.take_over(&key, NodeId::new(1), "another machine"))
        });
        drop(claimed);
        let _leaves = Leaves {
            desk: self.desk.clone(),
            key,
        };
        let pause = self.chance.up_to(self.desk.pace.unit * 20);
        tokio::time::sleep(pause).await;
    }

    /// What was under way when the power was cut arrives at last.
    async fn deliver_ghosts(&mut self) {
        for ghost in &self.desk.ghosts {
            deliver_late(&self.desk, ghost).await;
        }
    }
}

async fn deliver_late(desk: &Desk, ghost: &Store) {
    for result in ghost.deliver().await {
        if result.is_ok() {
            desk.ledger
                .wrong("a write of before the power cut came through");
        }
    }
}

/// The other machine, which gives the key back whatever becomes of who has called it.
struct Leaves {
    desk: Arc<Desk>,
    key: Key,
}

impl Drop for Leaves {
    fn drop(&mut self) {
        self.desk.shared.end_claim(&self.key);
    }
}
