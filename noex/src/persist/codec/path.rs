//! How the place of a value in a state is written, such as `items.3.price`.

use serde_ignored::Path;

/// The path of a field that was ignored, without the marks for options and newtypes.
pub(crate) fn of_ignored(path: &Path<'_>) -> String {
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => join(&of_ignored(parent), &index.to_string()),
        Path::Map { parent, key } => join(&of_ignored(parent), key),
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => of_ignored(parent),
    }
}

pub(crate) fn join(parent: &str, step: &str) -> String {
    if parent.is_empty() {
        step.to_owned()
    } else {
        format!("{parent}.{step}")
    }
}
