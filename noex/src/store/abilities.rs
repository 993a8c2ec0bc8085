//! What a store says about itself.

/// What a store can promise, and on what grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Abilities {
    /// What a write that returned survives.
    pub durability: Durability,
    /// On what grounds, in words for a person to read: settings that were read back, versions found.
    pub evidence: String,
    /// How the store keeps two servers from writing one key.
    pub ownership: Ownership,
    /// The most bytes of one record.
    pub max_record: Option<usize>,
}

impl Abilities {
    /// A store of this durability that keeps no claims and takes records of any size.
    #[must_use]
    pub fn new(durability: Durability, evidence: impl Into<String>) -> Self {
        Self {
            durability,
            evidence: evidence.into(),
            ownership: Ownership::Unchecked,
            max_record: None,
        }
    }

    /// The same store, which keeps claims in this way.
    #[must_use]
    pub const fn ownership(mut self, ownership: Ownership) -> Self {
        self.ownership = ownership;
        self
    }

    /// The same store, which takes records of at most `bytes`.
    #[must_use]
    pub const fn max_record(mut self, bytes: usize) -> Self {
        self.max_record = Some(bytes);
        self
    }
}

impl Default for Abilities {
    fn default() -> Self {
        Self::new(Durability::Unknown, "the adapter does not say")
    }
}

/// What a write that returned survives, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Durability {
    /// Nobody said.
    Unknown,
    /// The end of a server, not that of the process.
    Memory,
    /// The end of the process, not a power cut.
    Process,
    /// A power cut.
    Disk,
    /// The loss of a machine.
    Replicated,
}

/// How a store keeps two servers from writing one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ownership {
    /// By the expected revision alone: whoever comes second loses his change, but is not refused at the start.
    Unchecked,
    /// The store belongs to one process at a time, which keeps the claims in its memory.
    Process,
    /// Claims are kept in the store and hold among machines.
    Shared,
}
