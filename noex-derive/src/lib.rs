//! The procedural macros of noex. Users reach them, and their documentation, through the `noex` crate.
