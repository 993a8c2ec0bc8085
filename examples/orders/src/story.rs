//! An error with its sources, in one line.

use std::error::Error;

/// What the error says and what its sources add to it.
#[must_use]
pub fn story(error: &dyn Error) -> String {
    let mut story = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        // Some errors say themselves what their source says.
        if !story.contains(&more) {
            story = format!("{story}: {more}");
        }
        source = error.source();
    }
    story
}
