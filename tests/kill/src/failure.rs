//! Why a run has failed.

/// Something was lost, was half there, or did not go as it has to.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    pub(crate) fn new(story: impl Into<String>) -> Self {
        Self(story.into())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}
