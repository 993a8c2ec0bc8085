//! The contract between noex and a store, and the stores that come with it.
