//! Supervisors: what is restarted, in which order, how often, and what becomes of whoever calls meanwhile.

mod between;
mod brittle;
mod clients;
mod deadlines;
mod dynamic;
mod dynamic_turns;
mod families;
mod halts;
mod intensity;
mod itself;
mod killed;
mod lost;
mod nested;
mod order;
mod refused;
mod restart_types;
mod saves;
mod scene;
mod shutdown;
mod strategies;
