//! The promises of noex, one file a chapter; each test names the one it checks.

mod calls;
mod crash;
mod destructors;
mod elsewhere;
mod gone;
mod kill;
mod last_save;
mod messages;
mod probe;
mod sqlite;
mod stop;
mod store;
mod streams;
mod timers;
mod wall;
