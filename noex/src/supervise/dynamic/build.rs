//! Putting a dynamic supervisor together.

use std::fmt;
use std::sync::Arc as StdArc;

use super::DynamicSupervisor;
use super::brood::Brood;
use crate::error::StartError;
use crate::supervise::restart::{Backoff, Intensity, Policy, Strategy};
use crate::system::System;

/// How a [`DynamicSupervisor`] is put together.
#[must_use = "a builder builds nothing until `build` is called"]
pub struct DynamicSupervisorBuilder {
    system: System,
    name: StdArc<str>,
    policy: Policy,
}

impl System {
    /// A supervisor of children that come and go.
    pub fn dynamic_supervisor(&self, name: impl Into<StdArc<str>>) -> DynamicSupervisorBuilder {
        DynamicSupervisorBuilder {
            system: self.clone(),
            name: name.into(),
            policy: Policy {
                strategy: Strategy::OneForOne,
                intensity: Intensity::default(),
                delay: None,
            },
        }
    }
}

impl DynamicSupervisorBuilder {
    /// How many restarts are too many, of all its children together: by default more than 3 within 5 seconds. With
    /// thousands of children more may well crash for reasons of their own.
    pub fn intensity(mut self, intensity: Intensity) -> Self {
        self.policy.intensity = intensity;
        self
    }

    /// Waits before each restart; by default it does not.
    pub fn delay(mut self, delay: Backoff) -> Self {
        self.policy.delay = Some(delay);
        self
    }

    /// The supervisor, which starts children from here on; as the child of another one, from its turn on.
    ///
    /// # Errors
    ///
    /// The system is not running.
    pub fn build(self) -> Result<DynamicSupervisor, StartError> {
        let brood = Brood::gather(&self.system.inner, self.name, self.policy)?;
        Ok(DynamicSupervisor { brood })
    }
}

impl fmt::Debug for DynamicSupervisorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicSupervisorBuilder")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
