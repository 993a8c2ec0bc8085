//! The weights of a system's handlers: one set a kind of server, shared by all its servers.

use std::any::TypeId;
use std::collections::HashMap;

use super::Inner;
use crate::server::{GenServer, ServerOptions};
use crate::slot::weight::{Inline, Weights};
use crate::sync::{Mutex, lock};

/// What is known of the handlers of each kind of server.
#[derive(Default)]
pub(super) struct Scales {
    kinds: Mutex<HashMap<TypeId, Weights>>,
}

impl Inner {
    /// Whether handlers of `S` run on their callers' stacks.
    pub(super) fn inline<S: GenServer>(&self, options: &ServerOptions) -> Inline {
        if !self.inline || !options.inline {
            return Inline::Never;
        }
        if !self.runtime.is_parallel() {
            return Inline::Always;
        }
        let mut kinds = lock(&self.scales.kinds);
        let weights = kinds
            .entry(TypeId::of::<S>())
            .or_insert_with(Weights::unknown::<S::Protocol>);
        Inline::IfLight(weights.clone())
    }
}
