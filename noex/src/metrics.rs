//! What is measured, for whoever installs a recorder of the crate `metrics`. Without the feature of that name everything
//! here is empty, and takes no room where it is kept.
//!
//! The names, units and labels are part of the public face: they are listed in the guide.

#[cfg(feature = "metrics")]
mod recorded;
#[cfg(not(feature = "metrics"))]
mod silent;

#[cfg(feature = "metrics")]
pub(crate) use self::recorded::*;
#[cfg(not(feature = "metrics"))]
pub(crate) use self::silent::*;

/// What the look for a record has come to.
#[derive(Clone, Copy)]
pub(crate) enum Search {
    /// It was restored as it is.
    Found,
    /// It was restored after a migration.
    Migrated,
    /// There was none.
    New,
    /// It had expired.
    Expired,
    /// It could not be read, and was put aside.
    Quarantined,
    /// It was not asked for.
    Ignored,
}
