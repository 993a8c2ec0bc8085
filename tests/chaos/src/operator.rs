//! The operator terminates and restarts children by hand, starts some that come and go, and deletes records.

use std::sync::Arc;

use noex::prelude::*;
use noex::{ChildError, Client};

use crate::chance::Chance;
use crate::life::Desk;
use crate::patience::in_time;
use crate::tree::Place;

/// One operator, who does one thing after the other.
pub(crate) struct Operator {
    pub(crate) desk: Arc<Desk>,
    pub(crate) chance: Chance,
    pub(crate) started: u32,
}

impl Operator {
    pub(crate) async fn work(mut self, things: u32) {
        for _ in 0..6 {
            self.start_child().await;
        }
        for _ in 0..things {
            let pause = self.chance.up_to(self.desk.pace.unit * 10);
            tokio::time::sleep(pause).await;
            match self.chance.below(6) {
                0 => self.terminate().await,
                1 | 2 => self.restart().await,
                3 => self.start_child().await,
                4 => self.turn_child().await,
                _ => self.delete().await,
            }
        }
    }

    fn pick(&mut self) -> (usize, String) {
        let top = *self.chance.one_of(&[0_usize, 1, 2]);
        let (family, dynamic) = (crate::tree::FAMILY, crate::tree::DYNAMIC);
        let child = match self.chance.below(6) {
            0 => format!("t{top}.a"),
            1 => format!("t{top}.b"),
            2 if top == 0 => family.to_owned(),
            2 if top == 2 => dynamic.to_owned(),
            _ => format!("t{top}.{}", self.chance.below(3)),
        };
        (top, child)
    }

    async fn terminate(&mut self) {
        let (top, child) = self.pick();
        let Some(Some(handle)) = self.desk.tree.tops.get(top) else {
            return;
        };
        let name = || format!("terminating {child}");
        self.desk.set_aside(top, &child);
        let terminated = handle.terminate_child(&child);
        let outcome = in_time(&self.desk.ledger, self.desk.long(), name, terminated).await;
        self.desk
            .ledger
            .tell(format!("{child} is terminated: {outcome:?}"));
        let was_there = !matches!(outcome, Some(Err(ChildError::NotRunning { .. })));
        if child == crate::tree::DYNAMIC && was_there {
            self.desk.tree.forget_loose();
        }
    }

    async fn restart(&mut self) {
        let (top, child) = self.pick();
        let Some(Some(handle)) = self.desk.tree.tops.get(top) else {
            return;
        };
        let name = || format!("restarting {child}");
        let restarted = handle.restart_child(&child);
        let outcome = in_time(&self.desk.ledger, self.desk.long(), name, restarted).await;
        self.desk
            .ledger
            .tell(format!("{child} is restarted: {outcome:?}"));
        if let Some(Ok(()) | Err(ChildError::Start(_) | ChildError::Stop(_))) = outcome {
            self.desk.put_back(top, &child);
        }
    }

    async fn start_child(&mut self) {
        self.started += 1;
        let name = format!("d{}", self.started);
        let restart =
            *self
                .chance
                .one_of(&[Restart::Permanent, Restart::Transient, Restart::Temporary]);
        let what = || format!("starting {name}");
        let started = self.desk.tree.start_child(&name, restart);
        let outcome = in_time(&self.desk.ledger, self.desk.long(), what, started).await;
        self.desk
            .ledger
            .tell(format!("{name} is started: {outcome:?}"));
    }

    /// Terminates or restarts a child of the dynamic supervisor.
    async fn turn_child(&mut self) {
        let seats = self.desk.tree.seats();
        let loose: Vec<_> = seats
            .iter()
            .filter_map(|seat| match seat.place {
                Place::Dynamic { number, .. } => Some((seat, number)),
                _ => None,
            })
            .collect();
        if loose.is_empty() {
            return;
        }
        let (seat, number) = *self.chance.one_of(&loose);
        let mut id = seat.client.id();
        id.number = number;
        let dynamic = &self.desk.tree.dynamic;
        let what = || format!("turning {}", seat.name);
        let outcome = if self.chance.happens(50) {
            let terminated = dynamic.terminate_child(&id);
            let outcome = in_time(&self.desk.ledger, self.desk.long(), what, terminated).await;
            self.desk.tree.forget(&seat.name);
            outcome
        } else {
            let restarted = dynamic.restart_child(&id);
            in_time(&self.desk.ledger, self.desk.long(), what, restarted).await
        };
        self.desk
            .ledger
            .tell(format!("{} is turned: {outcome:?}", seat.name));
    }

    async fn delete(&mut self) {
        let name = format!("k{}", self.chance.below(2));
        let key = format!("{}:{name}", crate::tree::FAMILY);
        self.desk.ledger.may_be_deleted(&key);
        let what = || format!("deleting {name}");
        let deleted = self.desk.tree.family.delete(&name);
        let outcome = in_time(&self.desk.ledger, self.desk.long(), what, deleted).await;
        self.desk
            .ledger
            .tell(format!("{name} is deleted: {outcome:?}"));
    }
}
