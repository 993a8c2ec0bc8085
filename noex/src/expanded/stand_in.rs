//! What stands in for something that could not be read, so that the mistake is the only error.

/// The table of a protocol in which no message can be handled.
#[derive(Clone, Copy, Debug)]
pub struct NoHandlers;
