//! What is parked of a family: which of its servers are not started any more, and which only somebody has to look
//! after.

use std::fmt;
use std::sync::Arc as StdArc;

use super::{Family, FamilyInner, Member};
use crate::client::ServerId;
use crate::error::StartError;
use crate::exit::ExitReason;
use crate::server::GenServer;
use crate::slot::Slot;
use crate::slot::life::Exit;
use crate::store::Key;
use crate::system::parking::{Cause, Parked, Whose};

impl<S: GenServer> Family<S> {
    /// What is parked of this family, by key: see [`System::parked`](crate::System::parked), which has it of every
    /// server, and what can be done about it.
    #[must_use]
    pub fn parked(&self) -> Vec<Parked> {
        self.inner.parked()
    }

    /// Lets a key that is parked start again at its next call; whether it was parked.
    pub fn unpark(&self, key: &(impl fmt::Display + ?Sized)) -> bool {
        self.inner.unpark(&key.to_string().into())
    }
}

impl<S: GenServer> Member<S> {
    /// Parks the key of a server that has crashed once too often right after it was restored; whether it does.
    ///
    /// What cannot be restored is noted for an operator, and tried at each call all the same: it may have been damaged on
    /// its way only, or be put right by another program. Whoever creates what is there already was only answered.
    pub(super) fn park(family: &FamilyInner<S>, slot: &Slot<S>, exit: &Exit) -> bool {
        match (&exit.start, &exit.reason) {
            (Some(error @ StartError::Restore { .. }), _) => {
                slot.park_after_start(error, None);
                false
            }
            (None, ExitReason::Crashed { message }) => {
                slot.park_after_crash(message, family.patience, None)
            }
            _ => false,
        }
    }
}

impl<S: GenServer> FamilyInner<S> {
    pub(super) fn check_parked(&self, name: &StdArc<str>, key: Key) -> Result<(), StartError> {
        let parked = self.system.parking.refusal(&Self::whose(name, key));
        let Some(Cause::Crashed {
            crashes, message, ..
        }) = parked.map(|parked| parked.cause)
        else {
            return Ok(());
        };
        let server = ServerId {
            kind: S::KIND,
            name: Some(name.clone()),
            number: 0,
        };
        Err(StartError::Parked {
            server: server.to_string().into(),
            crashes,
            message,
        })
    }

    fn whose(name: &StdArc<str>, key: Key) -> Whose {
        Whose {
            key: Some(key),
            kind: S::KIND,
            name: Some(name.clone()),
        }
    }

    pub(super) fn parked(&self) -> Vec<Parked> {
        let is_ours = |key: &Key| self.keys.name_of(key).is_some();
        self.system
            .parking
            .list(|parked| parked.kind == S::KIND && parked.key.as_ref().is_some_and(is_ours))
    }

    /// Whether a server of this name would not be started, since it crashed again and again.
    pub(super) fn is_refused(&self, name: &StdArc<str>) -> bool {
        let key = self.keys.key(name);
        key.is_ok_and(|key| self.check_parked(name, key).is_err())
    }

    pub(super) fn unpark(&self, name: &StdArc<str>) -> bool {
        let key = self.keys.key(name);
        key.is_ok_and(|key| self.system.parking.forget(&Self::whose(name, key)))
    }
}
