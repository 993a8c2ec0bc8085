//! Who may write a key: claims, and those who hold them.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;
use std::sync::Arc;

use super::{Epoch, Record};

/// One running system. The runtime makes it at random; two systems in one process have two.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u128);

impl NodeId {
    /// The node of this number.
    #[must_use]
    pub const fn new(number: u128) -> Self {
        Self(number)
    }

    /// The number of the node.
    #[must_use]
    pub const fn get(self) -> u128 {
        self.0
    }
}

/// Thirty-two hexadecimal digits.
impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeId({self})")
    }
}

impl FromStr for NodeId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

/// The right to write a key, held by one server of one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The system whose server holds the key.
    pub node: NodeId,
    /// The number the store gave this claim, and no other one of this key.
    pub epoch: Epoch,
}

impl Claim {
    /// The claim of this node with this epoch.
    #[must_use]
    pub const fn new(node: NodeId, epoch: Epoch) -> Self {
        Self { node, epoch }
    }
}

/// Who holds a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The claim it is held by.
    pub claim: Claim,
    /// The server, in words for a person to read.
    pub by: Arc<str>,
}

impl Holder {
    /// The holder of `claim`, described by `by`.
    #[must_use]
    pub fn new(claim: Claim, by: impl Into<Arc<str>>) -> Self {
        Self {
            claim,
            by: by.into(),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (epoch {} of node {})",
            self.by, self.claim.epoch, self.claim.node
        )
    }
}

/// What claiming a key gives: the claim, and the record as it stood at that moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Claimed {
    /// The right to write the key, from now until it is given back or taken over.
    pub claim: Claim,
    /// The newest acknowledged record, if there is one.
    pub record: Option<Record>,
}

impl Claimed {
    /// A claim together with the record it was given for.
    #[must_use]
    pub const fn new(claim: Claim, record: Option<Record>) -> Self {
        Self { claim, record }
    }
}
