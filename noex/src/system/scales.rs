//! The weights of a system's handlers: one set a kind of server, shared by all its servers.

use std::any::TypeId;
use std::collections::HashMap;

use super::Inner;
use crate::server::{GenServer, ServerOptions};
use crate::slot::weight::Weights;
use crate::sync::{Mutex, lock};

/// What is known of the handlers of each kind of server.
#[derive(Default)]
pub(super) struct Scales {
    kinds: Mutex<HashMap<TypeId, Weights>>,
}

impl Inner {
    /// The weights of `S`'s handlers, unless none of them may run on its caller's stack.
    pub(super) fn weights<S: GenServer>(&self, options: &ServerOptions) -> Option<Weights> {
        if !self.inline || !options.inline {
            return None;
        }
        if !self.runtime.is_parallel() {
            return Some(Weights::none());
        }
        let mut kinds = lock(&self.scales.kinds);
        let weights = kinds
            .entry(TypeId::of::<S>())
            .or_insert_with(Weights::unknown::<S::Protocol>);
        Some(weights.clone())
    }
}
