//! What is done with one child because somebody asks for it.

use std::sync::Arc;

use super::{Flow, THEIR_OWN, Work, how};
use crate::error::Chain;
use crate::supervise::child::Supervised;
use crate::supervise::error::ChildError;
use crate::supervise::restart::Place;

impl Work {
    pub(super) async fn terminate(&mut self, id: &str) -> Result<(), ChildError> {
        let (who, child) = self.child(id)?;
        self.crew.posts.put(who, Place::Out);
        let ended = self.stop_one(who, child.end(THEIR_OWN)).await;
        let outcome = ended.ok_or_else(|| self.not_running())?;
        Ok(outcome.into_result()?)
    }

    /// A start that fails is a failed restart like any other, whoever has asked for it.
    pub(super) async fn restart(&mut self, id: &str) -> (Flow, Result<(), ChildError>) {
        let (who, child) = match self.child(id) {
            Ok(child) => child,
            Err(error) => return (Flow::GoesOn, Err(error)),
        };
        let halted = self.stop_one(who, child.clone().halt(THEIR_OWN)).await;
        let Some(halted) = halted else {
            return (Flow::GoesOn, Err(self.not_running()));
        };
        self.crew.posts.put(who, Place::Due);
        let started = self.crew.until_stop(child.clone().start()).await;
        let Some(started) = started else {
            self.note_lost(who, &*child, halted);
            return (Flow::GoesOn, Err(self.not_running()));
        };
        match started {
            Ok(()) => {
                self.crew.posts.put(who, Place::Up);
                (Flow::GoesOn, halted.into_result().map_err(Into::into))
            }
            Err(error) => {
                self.note_lost(who, &*child, halted);
                let why = format!("{}: {}", child.label(), Chain(&error));
                let flow = self.after(who, how(&error), &why).await;
                (flow, Err(error.into()))
            }
        }
    }

    fn child(&self, id: &str) -> Result<(usize, Arc<dyn Supervised>), ChildError> {
        if !self.is_up {
            return Err(self.not_running());
        }
        let who = self.crew.posts.by_id(id);
        let found = who.and_then(|who| Some((who, self.crew.posts.get(who)?)));
        found.ok_or_else(|| ChildError::NoSuchChild {
            supervisor: self.crew.name.clone(),
            child: id.into(),
        })
    }

    fn not_running(&self) -> ChildError {
        ChildError::NotRunning {
            supervisor: self.crew.name.clone(),
        }
    }
}
