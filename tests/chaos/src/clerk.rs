//! A clerk sends messages to servers it picks by chance, a few at a time, and looks at what comes back.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt, join_all};
use noex::prelude::*;
use noex::{Checkpoint, Client};

use crate::chance::Chance;
use crate::ledger::Op;
use crate::life::Desk;
use crate::page::Receipt;
use crate::patience::in_time;
use crate::tree::Seat;

/// One sender.
pub(crate) struct Clerk {
    pub(crate) desk: Arc<Desk>,
    pub(crate) chance: Chance,
    pub(crate) number: u32,
    sent: u64,
}

/// What came back of a message: none of a cast.
type Answer = Result<Option<Receipt>, CallError>;

impl Clerk {
    pub(crate) fn new(desk: Arc<Desk>, chance: Chance, number: u32) -> Self {
        Self {
            desk,
            chance,
            number,
            sent: 0,
        }
    }

    /// Does so many things, with pauses.
    pub(crate) async fn work(mut self, things: u32) {
        for _ in 0..things {
            let pause = self.chance.up_to(self.desk.pace.unit * 3);
            tokio::time::sleep(pause).await;
            let seats = self.desk.tree.seats();
            let seat = self.chance.one_of(&seats).clone();
            match self.chance.below(12) {
                0 => self.look_after(&seat).await,
                1 => self.stop(&seat).await,
                2 => self.check_status(&seat).await,
                _ => {
                    let last = self.burst(&seat, &seats).await;
                    if self.chance.happens(40) {
                        self.checkpoint(&seat, last).await;
                    }
                }
            }
        }
    }

    /// Sends some messages to one server at once; the last reply.
    async fn burst(&mut self, seat: &Seat, seats: &[Seat]) -> Option<Receipt> {
        let count = 1 + self.chance.below(5);
        let mut asked: Vec<(Op, BoxFuture<'static, Answer>)> = Vec::new();
        for _ in 0..count {
            let peer = self.chance.one_of(seats).clone();
            let op = self.op();
            asked.push((op, self.message(op, seat, &peer)));
        }
        let (ops, answers): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
        let limit = self.desk.pace.patience(110);
        let answers =
            join_all(
                answers.into_iter().map(|answer| {
                    let ledger = self.desk.ledger.clone();
                    let name = seat.name.clone();
                    async move {
                        in_time(&ledger, limit, || format!("a message to {name}"), answer).await
                    }
                }),
            )
            .await;
        let mut last = None;
        for (op, answer) in ops.into_iter().zip(answers) {
            last = self.note(op, answer?).or(last);
        }
        last
    }

    fn note(&self, op: Op, answer: Answer) -> Option<Receipt> {
        let ledger = &self.desk.ledger;
        match answer {
            Ok(Some(receipt)) => {
                ledger.replied(op);
                Some(receipt)
            }
            Ok(None) => None,
            Err(error) => {
                ledger.tell(format!("{}.{} ends in {error:?}", op.by, op.n));
                if error.is_not_run() {
                    ledger.denied(op);
                }
                None
            }
        }
    }

    fn op(&mut self) -> Op {
        self.sent += 1;
        Op {
            by: self.number,
            n: self.sent,
            passed_on: false,
        }
    }

    fn message(&mut self, op: Op, seat: &Seat, peer: &Seat) -> BoxFuture<'static, Answer> {
        let (client, gate) = (seat.client.clone(), self.desk.gate());
        let pause = self.chance.up_to(self.desk.pace.unit * 8);
        let coin = self.chance.happens(30);
        let call = match self.chance.below(100) {
            0..40 => client.add(op).owned(),
            40..48 => client.slow(op, pause).owned(),
            48..56 => client.look(op).owned(),
            56..60 => client.muse(op, pause).owned(),
            60..65 => client.later(op, pause, coin).owned(),
            65..70 => client.crash(op).owned(),
            70..72 => client.slip(op).owned(),
            72..73 => client.hang(op, gate).owned(),
            73..74 => client.gaze(op, gate).owned(),
            74..78 => client.errand(op, pause, coin).owned(),
            78..80 => client.quit(op, self.how_to_stop()).owned(),
            80..84 => client.ask(op, peer.client.clone()).owned(),
            84..85 => client.tie(op, peer.client.clone()).owned(),
            85..87 => client.mind(op, peer.client.clone()).owned(),
            87..88 if coin => return async move { client.poison(op).await.map(|()| None) }.boxed(),
            _ => return async move { client.note(op).await.map(|()| None) }.boxed(),
        };
        async move { call.await.map(Some) }.boxed()
    }

    fn how_to_stop(&mut self) -> Stop {
        if self.chance.happens(70) {
            Stop::normally()
        } else {
            Stop::without_saving()
        }
    }

    /// What was replied before is saved by now.
    async fn checkpoint(&mut self, seat: &Seat, before: Option<Receipt>) {
        let name = || format!("a checkpoint of {}", seat.name);
        let checkpoint = seat.client.checkpoint();
        let Some(answer) = in_time(&self.desk.ledger, self.desk.long(), name, checkpoint).await
        else {
            return;
        };
        let (ledger, before) = (&self.desk.ledger, before.map(|receipt| receipt.mark));
        match answer {
            Ok(Checkpoint::Saved(meta)) => {
                ledger.checkpointed(&seat.key, Some(meta.revision), before);
            }
            Ok(Checkpoint::Unchanged) => ledger.checkpointed(&seat.key, None, before),
            Ok(Checkpoint::Skipped) => {}
            Err(error) => ledger.tell(format!("no checkpoint of {}: {error}", seat.name)),
        }
    }

    /// Waits for an end that may not come, for a while.
    async fn look_after(&mut self, seat: &Seat) {
        let while_away = self.chance.up_to(self.desk.pace.unit * 5);
        let op = self.op();
        let call = seat.client.add(op).owned();
        let linked = seat.client.linked(async {
            tokio::time::sleep(while_away).await;
            call.await
        });
        let limit = self.desk.long();
        let name = || format!("a task linked to {}", seat.name);
        if let Some(Ok(answer)) = in_time(&self.desk.ledger, limit, name, linked).await {
            self.note(op, answer.map(Some));
        }
    }

    async fn stop(&mut self, seat: &Seat) {
        let name = || format!("a stop of {}", seat.name);
        let stop = seat.client.stop_with(self.how_to_stop());
        let limit = self.desk.long();
        if self.chance.happens(40) {
            let stopped = in_time(&self.desk.ledger, limit, name, stop).await;
            let line = format!("{} is stopped: {stopped:?}", seat.name);
            self.desk.ledger.tell(line);
        }
    }

    async fn check_status(&mut self, seat: &Seat) {
        let name = || format!("the status of {}", seat.name);
        let limit: Duration = self.desk.long();
        let status = in_time(&self.desk.ledger, limit, name, seat.client.status()).await;
        if let Some(Ok(status)) = status {
            let line = format!(
                "{} is in incarnation {} with {} queued",
                seat.name, status.incarnation, status.queued
            );
            self.desk.ledger.tell(line);
        }
    }
}
