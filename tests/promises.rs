//! The promises of noex, one file a chapter; each test names the one it checks.

mod calls;
mod crash;
mod gone;
mod kill;
mod messages;
mod probe;
mod sqlite;
mod stop;
mod store;
