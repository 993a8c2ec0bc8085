//! What a supervisor's children are made from, before there is a system for them to live in.

use std::fmt;
use std::sync::Arc as StdArc;

use super::Supervised;
use super::family::FamilyChild;
use super::server::ServerChild;
use crate::error::StartError;
use crate::family::Family;
use crate::server::{EnvGiven, GenServer, Spec};
use crate::supervise::watch::Watch;
use crate::sync::Arc;
use crate::system::Inner;

/// A child of a supervisor that has not started yet; see [`IntoChild`].
pub struct ChildSpec {
    id: StdArc<str>,
    plant: Box<Plant>,
    /// Why it can be nobody's child.
    fault: Option<StartError>,
}

/// Makes the child of this id, known to the supervisor of this name, in a system. It touches nothing.
type Plant = dyn FnOnce(Plot) -> StdArc<dyn Supervised> + Send;

/// Where a child is to live.
pub(crate) struct Plot {
    pub(crate) id: StdArc<str>,
    pub(crate) system: Arc<Inner>,
    pub(crate) supervisor: StdArc<str>,
    pub(crate) watch: Watch,
}

/// What can be a child of a [`Supervisor`](super::super::Supervisor): a [`Spec`], a [`Family`], a
/// [`DynamicSupervisor`](super::super::DynamicSupervisor) or another `Supervisor`.
///
/// Its id is the name of the server, family or supervisor; a server without a name has its kind for an id.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the child of a supervisor",
    label = "neither a spec, a family nor a supervisor",
    note = "a server is given by its spec, with its environment: `Stock::spec(..).env(..)`"
)]
pub trait IntoChild {
    /// The child.
    fn into_child(self) -> ChildSpec;
}

impl ChildSpec {
    pub(crate) fn new(
        id: impl Into<StdArc<str>>,
        plant: impl FnOnce(Plot) -> StdArc<dyn Supervised> + Send + 'static,
    ) -> Self {
        Self {
            id: id.into(),
            plant: Box::new(plant),
            fault: None,
        }
    }

    pub(crate) fn with_fault(mut self, fault: Option<StartError>) -> Self {
        self.fault = fault;
        self
    }

    pub(crate) fn fault(&self) -> Option<&StartError> {
        self.fault.as_ref()
    }

    /// Names it otherwise than by its own name.
    #[must_use]
    pub fn id(mut self, id: impl Into<StdArc<str>>) -> Self {
        self.id = id.into();
        self
    }

    pub(crate) fn known_as(&self) -> &StdArc<str> {
        &self.id
    }

    pub(crate) fn plant(
        self,
        system: &Arc<Inner>,
        supervisor: &StdArc<str>,
        watch: Watch,
    ) -> StdArc<dyn Supervised> {
        (self.plant)(Plot {
            id: self.id,
            system: system.clone(),
            supervisor: supervisor.clone(),
            watch,
        })
    }
}

impl IntoChild for ChildSpec {
    fn into_child(self) -> ChildSpec {
        self
    }
}

impl<S: GenServer, E: EnvGiven> IntoChild for Spec<S, E> {
    fn into_child(self) -> ChildSpec {
        let id = self.name.clone().unwrap_or_else(|| S::KIND.into());
        let Spec {
            name,
            plan,
            restart,
            ..
        } = self;
        ChildSpec::new(id, move |plot| {
            StdArc::new(ServerChild::new(plot, name, plan, restart))
        })
    }
}

impl<S: GenServer> IntoChild for Family<S> {
    fn into_child(self) -> ChildSpec {
        ChildSpec::new(self.name().to_owned(), move |plot| {
            StdArc::new(FamilyChild::new(plot.id, self, plot.watch))
        })
    }
}

impl<S: GenServer> IntoChild for &Family<S> {
    fn into_child(self) -> ChildSpec {
        self.clone().into_child()
    }
}

impl fmt::Debug for ChildSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildSpec")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
