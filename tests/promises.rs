//! The promises of noex, one file a chapter; each test names the one it checks.

mod sqlite;
mod store;
