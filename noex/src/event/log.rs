//! How loud each event is logged: what somebody has to look into is an error or a warning.

use super::Event;
use crate::error::{Chain, StartError, StartErrorKind};

impl Event {
    pub(super) fn log(&self) {
        match self {
            Self::Started { server } => tracing::debug!(%server, "started"),
            Self::Restored {
                server,
                age,
                version,
                revision,
            } => {
                tracing::info!(%server, ?age, version, %revision, "restored");
            }
            Self::Migrated { server, from, to } => tracing::info!(%server, from, to, "migrated"),
            Self::NotFound { server, key } => tracing::debug!(%server, %key, "nothing stored"),
            // A family is asked for keys that nobody has made: that is an answer, not a fault.
            Self::StartFailed {
                server,
                error: error @ StartError::NotStored { .. },
            } => tracing::debug!(%server, %error, "did not start"),
            Self::StartFailed { server, error } => {
                let reason = Chain(error);
                // Whoever asked for a key that is not there, or is there already, was told so: nothing has failed.
                if matches!(
                    error.kind(),
                    StartErrorKind::NotStored | StartErrorKind::AlreadyStored
                ) {
                    tracing::debug!(%server, %reason, "not started");
                } else {
                    tracing::warn!(%server, %reason, "did not start");
                }
            }
            Self::Saved { server, revision } => tracing::debug!(%server, %revision, "saved"),
            Self::Deleted { server, key } => tracing::info!(%server, %key, "deleted"),
            Self::Expired { kind, reason } => tracing::info!(%kind, %reason, "expired"),
            Self::NotCleanedUp { kind, error } => {
                tracing::error!(%kind, error = %Chain(error), "not cleaned up");
            }
            Self::CleanupPaused { kind, ahead } => {
                tracing::warn!(%kind, ?ahead, "the wall clock was set forward, old records are kept");
            }
            Self::SaveFailed { server, error } => {
                tracing::error!(%server, error = %Chain(error), "not saved");
            }
            Self::Record { server, error } => {
                tracing::warn!(%server, error = %Chain(error), "about the record");
            }
            Self::Fenced { server, key } => tracing::error!(%server, %key, "fenced"),
            Self::Crashed { server, message } => tracing::error!(%server, %message, "crashed"),
            Self::Parked { server, parked } => {
                tracing::error!(%server, cause = %parked.cause, "parked");
            }
            Self::Restarted {
                server,
                supervisor,
                incarnation,
            } => tracing::info!(%server, %supervisor, incarnation, "restarted"),
            Self::GaveUp {
                supervisor,
                message,
            } => tracing::error!(%supervisor, %message, "gave up"),
            Self::Terminated { server, reason } => tracing::debug!(%server, ?reason, "terminated"),
        }
    }
}
