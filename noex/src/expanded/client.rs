//! What every generated client does in the same way.

use std::fmt;

use crate::protocol::Protocol;
use crate::protocol::port::PortRef;

/// Shows a client by its name and the server behind it.
pub fn fmt_client<M: Protocol>(
    name: &str,
    port: &PortRef<M>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.debug_tuple(name).field(port).finish()
}
