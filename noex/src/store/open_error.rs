//! Why a store on a disk could not be opened.

use std::error::Error;
use std::io;
use std::path::PathBuf;

/// Why a store on a disk could not be opened. Nothing was changed, and the message names the path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process, or another adapter of this one, has the store open.
    #[error("`{path}` is in use by {user}", path = path.display())]
    InUse {
        /// The store.
        path: PathBuf,
        /// The process, in words for a person to read.
        user: String,
    },
    /// The path names a directory.
    #[error("`{path}` is a directory, not a database", path = path.display())]
    IsDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// The path names a file.
    #[error("`{path}` is a file, not a directory", path = path.display())]
    NotADirectory {
        /// The file.
        path: PathBuf,
    },
    /// The directory is a store whose files are named in another way.
    #[error("the records in `{path}` end in `.{found}`, not in `.{wanted}`", path = path.display())]
    OtherExtension {
        /// The directory.
        path: PathBuf,
        /// What its files end in.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// Files cannot end like this.
    #[error("`{extension}` is not an extension: it has 1 to 16 lower-case letters and digits")]
    Extension {
        /// The extension.
        extension: String,
    },
    /// This process may not write what it has to write.
    #[error("no permission to write `{path}`", path = path.display())]
    NoPermission {
        /// The file or directory that refused.
        path: PathBuf,
        /// The error of the operating system.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The operating system refused in another way.
    #[error("cannot open `{path}`", path = path.display())]
    Io {
        /// The file or directory that refused.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("`{path}` is not a database", path = path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is a database, or says what a directory is, but is not whole.
    #[error("`{path}` is damaged: {message}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Another program holds a lock on the database.
    #[error("`{path}` is locked by another program", path = path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The store was written by a newer release.
    #[error("`{path}` has format {found}, known is up to {known}", path = path.display())]
    NewerFormat {
        /// The store.
        path: PathBuf,
        /// The format found.
        found: i64,
        /// The newest format this release reads.
        known: i64,
    },
    /// A table of this name exists, and is none of a store.
    #[error("table `{table}` of `{path}` was not made by a store", path = path.display())]
    ForeignTable {
        /// The database.
        path: PathBuf,
        /// The table.
        table: String,
    },
    /// A table cannot have this name.
    #[error(
        "`{table}` is not a table name: it has letters, digits and `_`, and begins with no digit and no `sqlite_`"
    )]
    TableName {
        /// The name.
        table: String,
    },
    /// The database does not take a setting without which a write that returned could be lost.
    #[error("`{path}` cannot be made durable: {setting} is {found}, not {wanted}", path = path.display())]
    NotDurable {
        /// The database.
        path: PathBuf,
        /// The setting.
        setting: &'static str,
        /// What was read back.
        found: String,
        /// What was asked for.
        wanted: &'static str,
    },
    /// The database refused in another way.
    #[error("cannot open `{path}`", path = path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// The error of the database's library.
        source: Box<dyn Error + Send + Sync>,
    },
}
