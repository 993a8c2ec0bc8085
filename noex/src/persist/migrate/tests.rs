//! Steps and their failures.
