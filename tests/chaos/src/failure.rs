//! Why a round has failed.

/// Something happened that must not, or did not happen that has to.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    pub(crate) fn new(story: impl Into<String>) -> Self {
        Self(story.into())
    }
}
