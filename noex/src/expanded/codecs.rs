//! The codecs that an attribute can name, and whether this build of noex has them.

use crate::persist::Codec;

/// A codec that this build of noex has.
#[diagnostic::on_unimplemented(
    message = "`msgpack` is a codec that this build of noex does not have",
    label = "needs noex's feature `msgpack`",
    note = "write `features = [\"msgpack\"]` at `noex` in `Cargo.toml`, or leave `codec` out: the state is stored as JSON then"
)]
pub trait Enabled {
    /// The codec.
    const CODEC: Codec;
}

/// What `codec = "json"` names, and no `codec` at all.
#[derive(Debug)]
pub struct Json;

/// What `codec = "msgpack"` names.
#[derive(Debug)]
pub struct MessagePack;

#[diagnostic::do_not_recommend]
impl Enabled for Json {
    const CODEC: Codec = Codec::Json;
}

#[cfg(feature = "msgpack")]
#[diagnostic::do_not_recommend]
impl Enabled for MessagePack {
    const CODEC: Codec = Codec::MessagePack;
}
