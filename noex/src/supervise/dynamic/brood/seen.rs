//! A dynamic supervisor as it is seen from outside.

use std::sync::Arc as StdArc;
use std::time::Duration;

use super::Brood;
use crate::protocol::handler::BoxFuture;
use crate::supervise::child::Supervised;
use crate::supervise::describe::health;
use crate::supervise::dynamic::ChildCount;
use crate::supervise::handle::ChildInfo;
use crate::supervise::restart::Place;
use crate::sync::Arc;
use crate::system::processes::{Described, Process, Role};
use crate::system::registry::{StopOutcome, Stops};

impl Brood {
    pub(in crate::supervise::dynamic) fn count_children(&self) -> ChildCount {
        let children = self.children();
        let posts = children.posts.values();
        ChildCount {
            all: children.posts.len(),
            up: posts.filter(|post| post.place == Place::Up).count(),
        }
    }

    /// The children, for what is asked of them without the lock that their starts and ends need.
    fn all(&self) -> Vec<StdArc<dyn Supervised>> {
        let children = self.children();
        let posts = children.posts.values();
        posts.map(|post| post.child.clone()).collect()
    }

    /// The child whose handler asks for something.
    pub(in crate::supervise::dynamic) fn asker(&self) -> Option<StdArc<str>> {
        self.all().iter().find_map(|child| child.asker())
    }

    pub(in crate::supervise::dynamic) fn children_info(&self) -> Vec<ChildInfo> {
        let children = self.children();
        let posts = children.posts.values();
        posts
            .map(|post| ChildInfo::of(&*post.child, post.place))
            .collect()
    }
}

/// A dynamic supervisor without a supervisor.
pub(super) struct TopBrood {
    pub(super) brood: StdArc<Brood>,
}

impl Described for TopBrood {
    fn describe(&self) -> Process {
        self.brood.describe()
    }
}

impl Described for Brood {
    fn describe(&self) -> Process {
        let all = self.all();
        let all = all.iter().map(|child| child.describe()).collect();
        let is_up = self.children().is_up;
        Process {
            name: Some(self.name.to_string()),
            health: health(is_up, self.over.borrow().is_some()),
            ..Process::above(Role::Supervisor, "dynamic", self.number, all)
        }
    }
}

impl Stops for TopBrood {
    fn stop_all(&self, deadline: Duration) -> BoxFuture<'static, StopOutcome> {
        Box::pin(self.brood.end(deadline))
    }

    fn count(&self) -> usize {
        self.brood.count_children().up
    }

    fn any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync> {
        self
    }
}
