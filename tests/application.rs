//! Programs: supervisors started in order, run until somebody asks for the end, and stopped in reverse order.

mod course;
mod front;
mod log;
mod program;
mod refused;
mod signals;
mod till;
mod unsaved;
