//! The store on a simulated disk: what it asks in which order, and what becomes of its records when that fails.

mod batches;
mod faults;
mod leftovers;
mod order;
mod scene;
mod unclear;
