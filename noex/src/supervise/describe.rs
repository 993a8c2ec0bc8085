//! A supervisor as it is seen from outside, with its children in the order of their start.

use super::crew::Crew;
use super::restart::Strategy;
use crate::system::processes::{Described, Health, Process, Role};

impl Described for Crew {
    fn describe(&self) -> Process {
        let children = self.posts.all();
        let children = children.iter().map(|(child, _)| child.describe());
        let strategy = match self.policy.strategy {
            Strategy::OneForOne => "one_for_one",
            Strategy::OneForAll => "one_for_all",
            Strategy::RestForOne => "rest_for_one",
        };
        Process {
            name: Some(self.name.to_string()),
            health: health(!self.is_to_stop(), self.over.borrow().is_some()),
            ..Process::above(Role::Supervisor, strategy, self.number, children.collect())
        }
    }
}

/// How a supervisor is.
pub(super) fn health(is_up: bool, is_over: bool) -> Health {
    match (is_over, is_up) {
        (true, _) => Health::Ended,
        (false, true) => Health::Running,
        (false, false) => Health::Stopping,
    }
}
