//! A supervisor's children in the order of their start, and where each of them is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::error::StopError;
use crate::supervise::child::Supervised;
use crate::supervise::restart::{Child, Place, Strategy};
use crate::supervise::watch::Notice;
use crate::system::registry::StopOutcome;

/// The children of one supervisor.
pub(in crate::supervise) struct Posts {
    posts: Mutex<Vec<Post>>,
}

/// One child.
struct Post {
    child: Arc<dyn Supervised>,
    place: Place,
    /// When it is to be started.
    due: Option<Instant>,
    /// What its last stops have lost, until it is up again or somebody is told.
    lost: Vec<StopError>,
}

impl Posts {
    pub(super) fn new(children: Vec<Arc<dyn Supervised>>) -> Self {
        let posts = children.into_iter().map(|child| Post {
            child,
            place: Place::Out,
            due: None,
            lost: Vec::new(),
        });
        Self {
            posts: Mutex::new(posts.collect()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Post>> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The children in the order of their start, and where they are.
    pub(in crate::supervise) fn all(&self) -> Vec<(Arc<dyn Supervised>, Place)> {
        let posts = self.lock();
        let all = posts.iter().map(|post| (post.child.clone(), post.place));
        all.collect()
    }

    /// The children as far as the decision goes.
    pub(super) fn as_decided(&self) -> Vec<Child> {
        let posts = self.lock();
        let children = posts.iter().map(|post| Child {
            restart: post.child.restart(),
            place: post.place,
        });
        children.collect()
    }

    pub(super) fn get(&self, who: usize) -> Option<Arc<dyn Supervised>> {
        self.lock().get(who).map(|post| post.child.clone())
    }

    pub(super) fn by_id(&self, id: &str) -> Option<usize> {
        self.lock().iter().position(|post| &**post.child.id() == id)
    }

    pub(super) fn by_number(&self, child: u64) -> Option<usize> {
        let posts = self.lock();
        posts
            .iter()
            .position(|post| post.child.watch().child() == child)
    }

    /// Whose end `notice` tells of; nobody's, where that was heard of before, or the child was started again since.
    pub(super) fn of(&self, notice: &Notice) -> Option<usize> {
        let posts = self.lock();
        posts.iter().position(|post| {
            let watch = post.child.watch();
            let is_same = watch.child() == notice.child && watch.starts() == notice.start;
            is_same && post.place == Place::Up
        })
    }

    pub(super) fn is_out(&self, who: usize) -> bool {
        let posts = self.lock();
        posts.get(who).is_some_and(|post| post.place == Place::Out)
    }

    pub(super) fn put(&self, who: usize, place: Place) {
        if let Some(post) = self.lock().get_mut(who) {
            post.place = place;
            post.due = None;
            if place == Place::Up {
                post.lost.clear();
            }
        }
    }

    /// Keeps what a stop of the child has lost.
    pub(super) fn keep_lost(&self, who: usize, lost: Vec<StopError>) {
        if let Some(post) = self.lock().get_mut(who) {
            post.lost.extend(lost);
        }
    }

    pub(super) fn take_lost(&self, who: usize) -> StopOutcome {
        let mut posts = self.lock();
        let lost = posts
            .get_mut(who)
            .map(|post| std::mem::take(&mut post.lost));
        let failed = lost.unwrap_or_default();
        let stopped = failed.len();
        StopOutcome { stopped, failed }
    }

    pub(super) fn put_due(&self, who: usize, due: Instant) {
        if let Some(post) = self.lock().get_mut(who) {
            post.place = Place::Due;
            post.due = Some(due);
        }
    }

    /// The child that is to be started next, and when. Where children rely on those before them, none is started before
    /// those.
    pub(super) fn next_due(&self, strategy: Strategy) -> Option<(usize, Instant)> {
        let posts = self.lock();
        let mut due = posts
            .iter()
            .enumerate()
            .filter_map(|(who, post)| Some((who, post.due?)));
        match strategy {
            Strategy::OneForOne => due.min_by_key(|(_, due)| *due),
            Strategy::OneForAll | Strategy::RestForOne => due.next(),
        }
    }

    /// The server of them whose handler asks for something.
    pub(in crate::supervise) fn asker(&self) -> Option<Arc<str>> {
        let all = self.all();
        all.iter().find_map(|(child, _)| child.asker())
    }

    /// How many servers run.
    pub(in crate::supervise) fn count(&self) -> usize {
        let all = self.all();
        all.iter().map(|(child, _)| child.count()).sum()
    }
}
