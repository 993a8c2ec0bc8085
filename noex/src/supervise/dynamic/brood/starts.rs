//! The starts and ends of the children, as they are heard of.

use std::time::Duration;

use super::{Brood, Starting};
use crate::error::{Chain, StartError};
use crate::slot::life::after;
use crate::supervise::child::Supervised;
use crate::supervise::crew::Message;
use crate::supervise::restart::{Child, Ended, History, Place, Verdict};
use crate::supervise::watch::Notice;
use crate::sync::{now, sleep_until};

impl Brood {
    /// A start of a child has succeeded, and not ended before this was heard of.
    pub(super) fn up(&self, number: u64, start: u64) {
        let mut children = self.children();
        let post = children.posts.get_mut(&number);
        if let Some(post) = post.filter(|post| post.over < start) {
            post.place = Place::Up;
        }
    }

    /// A child that was parked may start again: now, or with the others once they do.
    pub(super) fn retry(&self, number: u64) {
        if let Some(post) = self.children().posts.get_mut(&number) {
            post.place = Place::Due;
        }
        self.restart_after(number, Duration::ZERO);
    }

    pub(super) async fn remove(&self, number: u64) {
        let post = self.children().posts.remove(&number);
        if let Some(post) = post {
            post.child.end(Duration::MAX).await;
        }
    }

    /// Begins to start a child that is due, if it still is.
    pub(super) fn begin(&self, number: u64) -> Option<(Starting, u64)> {
        let children = self.children();
        let post = children.posts.get(&number)?;
        let is_due = children.is_up && post.place == Place::Due;
        is_due.then(|| (post.child.clone().start(), post.child.watch().starts()))
    }

    /// What did not start has ended.
    pub(super) fn not_started(&self, child: &dyn Supervised, start: u64, error: &StartError) {
        let ended = if error.is_about_record() {
            Ended::Parked
        } else {
            Ended::Badly
        };
        let notice = Notice {
            child: child.watch().child(),
            start,
            ended,
            how: format!("{}: {}", child.label(), Chain(error)).into(),
        };
        let _ = self.inbox.send(Message::Ended(Box::new(notice)));
    }

    /// What follows from an end, if it is news of a child it still has. Where the child is from here on is settled
    /// with it: a supervisor that is stopped or given to another one meanwhile finds it there.
    pub(super) fn decide(&self, notice: &Notice, history: &mut History) -> Option<Verdict> {
        let random = self.system.random();
        let mut children = self.children();
        let is_up = children.is_up;
        let post = children.posts.get_mut(&notice.child)?;
        let is_latest = post.child.watch().starts() == notice.start;
        if !is_latest || post.over >= notice.start {
            return None;
        }
        post.over = notice.start;
        let child = Child {
            restart: post.child.restart(),
            place: post.place,
        };
        if !is_up && child.returns(notice.ended) {
            // It is started with the others, at no cost.
            post.place = Place::Due;
            return None;
        }
        let verdict = self
            .policy
            .decide(&[child], history, 0, notice.ended, now(), random);
        post.place = match verdict {
            Verdict::Leave => Place::Out,
            Verdict::Restart(_) | Verdict::GiveUp { .. } => Place::Due,
        };
        Some(verdict)
    }

    pub(super) fn restart_after(&self, number: u64, delay: Duration) {
        let (me, at) = (self.me.clone(), after(now(), delay));
        self.system.runtime.spawn(async move {
            if !delay.is_zero() {
                sleep_until(at).await;
            }
            let Some(brood) = me.upgrade() else { return };
            let Some((starting, start)) = brood.begin(number) else {
                return;
            };
            match starting.await {
                Ok(()) => brood.up(number, start),
                Err(error) => {
                    let child = brood
                        .children()
                        .posts
                        .get(&number)
                        .map(|post| post.child.clone());
                    if let Some(child) = child {
                        brood.not_started(&*child, start, &error);
                    }
                }
            }
        });
    }

    /// What has ended and is not started again is no child any more, unless it is parked.
    pub(super) async fn left(&self, notice: &Notice) {
        let left = {
            let mut children = self.children();
            let post = children.posts.get(&notice.child);
            // Somebody may start it again by hand meanwhile.
            let is_out = post.is_some_and(|post| post.place == Place::Out);
            let is_none = is_out && notice.ended != Ended::Parked;
            is_none.then(|| children.posts.remove(&notice.child))
        };
        if let Some(post) = left.flatten() {
            post.child.end(Duration::MAX).await;
        }
    }
}
