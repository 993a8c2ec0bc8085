//! What an order can be told.

use noex::prelude::*;

use super::{Delay, Progress, View};

/// What an order can be told.
#[derive(Protocol)]
pub enum OrderMsg {
    /// Goes on if it stands still; whether there is nothing left to do.
    #[call(bool)]
    Wake,
    /// The courier has handed it over.
    #[call]
    Arrive,
    /// The order as it is.
    #[call(View)]
    Read,
    /// Crashes it, for somebody to watch.
    #[cast]
    Crash,
    /// A step has come to its end.
    #[info]
    Stepped {
        /// What it came to.
        result: Result<Progress, Delay>,
    },
}
