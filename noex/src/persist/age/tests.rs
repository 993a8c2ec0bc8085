//! Ages.
