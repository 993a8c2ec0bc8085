//! The promises of noex, one file a chapter; each test names the one it checks.

mod any_store;
mod calls;
mod counter;
mod crash;
mod destructors;
mod elsewhere;
mod every_store;
mod family;
mod fencing;
mod gone;
mod hooks;
mod kill;
mod last_save;
mod messages;
mod probe;
mod restore;
mod saving;
mod sqlite;
mod start;
mod stop;
mod store;
mod streams;
mod timers;
mod versions;
mod wall;
mod weights;
