//! The store in an SQLite database.

use noex::store::SqliteAdapter;

// A1, A2, A3, A4, A6: a database file
mod file {
    noex::testing::adapter_suite!(|dir| async move {
        super::SqliteAdapter::builder(dir.join("store.db"))
            .max_record(4 << 20)
            .open()
            .expect("the database opens")
    });
}

// A1, A3, A4, A6: a database in memory
mod memory {
    noex::testing::adapter_suite!(|_dir| async {
        super::SqliteAdapter::in_memory().expect("the database opens")
    });
}
