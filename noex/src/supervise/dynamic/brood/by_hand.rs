//! What is done with one child because somebody asks for it.

use std::sync::Arc as StdArc;
use std::time::Duration;

use super::{Brood, Post};
use crate::client::ServerId;
use crate::error::{StartError, StopError};
use crate::supervise::child::{Supervised, refuse};
use crate::supervise::error::ChildError;
use crate::supervise::restart::Place;

impl Brood {
    /// Starts a new child.
    pub(in crate::supervise::dynamic) async fn start(
        &self,
        child: StdArc<dyn Supervised>,
    ) -> Result<(), StartError> {
        let number = child.watch().child();
        let (starting, start) = {
            let mut children = self.children();
            if !children.is_up {
                return Err(StartError::NotRunning);
            }
            let starting = child.clone().start();
            let start = child.watch().starts();
            let (place, over) = (Place::Due, 0);
            children.posts.insert(number, Post { child, place, over });
            (starting, start)
        };
        let me = self.me.clone();
        let started = self.see_through(async move {
            let outcome = starting.await;
            if let Some(brood) = me.upgrade() {
                match &outcome {
                    Ok(()) => brood.up(number, start),
                    Err(_) => brood.remove(number).await,
                }
            }
            outcome
        });
        started.await.unwrap_or(Err(StartError::NotRunning))
    }

    pub(in crate::supervise::dynamic) async fn terminate(
        &self,
        id: &ServerId,
    ) -> Result<(), ChildError> {
        self.refuse_itself(id)?;
        let post = self.children().posts.remove(&id.number);
        let post = post.ok_or_else(|| self.no_such(id))?;
        let ended = self.see_through(post.child.end(Duration::MAX));
        Ok(ended.await.unwrap_or_default().into_result()?)
    }

    pub(in crate::supervise::dynamic) async fn restart(
        &self,
        id: &ServerId,
    ) -> Result<(), ChildError> {
        self.refuse_itself(id)?;
        let (me, id) = (self.me.clone(), id.clone());
        let restarted = self.see_through(async move {
            match me.upgrade() {
                Some(brood) => Some(brood.restart_here(&id).await),
                None => None,
            }
        });
        let not_running = || ChildError::NotRunning {
            supervisor: self.name.clone(),
        };
        restarted.await.flatten().ok_or_else(not_running)?
    }

    /// Does `work` in a task of its own, so that nobody who goes away leaves a child half started or half stopped.
    async fn see_through<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (done, outcome) = tokio::sync::oneshot::channel();
        self.system.runtime.spawn(async move {
            let _ = done.send(work.await);
        });
        outcome.await.ok()
    }

    async fn restart_here(&self, id: &ServerId) -> Result<(), ChildError> {
        let child = {
            let mut children = self.children();
            let post = children.posts.get_mut(&id.number);
            let post = post.ok_or_else(|| self.no_such(id))?;
            post.ends();
            post.child.clone()
        };
        let halted = child.clone().halt(Duration::MAX).await;
        let (starting, start) = self.begin(id.number).ok_or_else(|| self.no_such(id))?;
        if let Err(error) = starting.await {
            self.not_started(&*child, start, &error);
            return Err(error.into());
        }
        self.up(id.number, start);
        Ok(halted.into_result()?)
    }

    fn refuse_itself(&self, id: &ServerId) -> Result<(), StopError> {
        let child = self
            .children()
            .posts
            .get(&id.number)
            .map(|post| post.child.clone());
        refuse(child.and_then(|child| child.asker()))
    }

    fn no_such(&self, id: &ServerId) -> ChildError {
        ChildError::NoSuchChild {
            supervisor: self.name.clone(),
            child: id.to_string().into(),
        }
    }
}
