//! What a server's module usually needs: `use noex::prelude::*;`.

pub use crate::client::Client as _;
#[cfg(feature = "file")]
pub use crate::store::FileAdapter;
#[cfg(feature = "sqlite")]
pub use crate::store::SqliteAdapter;
pub use crate::store::{MemoryAdapter, StorageAdapter};
pub use crate::{
    CallError, Cx, Family, InitCx, Persist, RecordMeta, ReplyTo, Restart, Stop, Stored, Supervisor,
    System,
};
pub use crate::{GenServer, Protocol, Shape, handlers};
