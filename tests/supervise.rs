//! Supervisors: what is restarted, in which order, how often, and what becomes of whoever calls meanwhile.

mod halts;
mod restart_types;
mod scene;
mod strategies;
