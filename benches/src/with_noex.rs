//! noex four times: as it comes, by key, with every message queued, and with the state saved.

use std::sync::atomic::{AtomicU64, Ordering};

use noex::Family;
use noex::prelude::*;

use crate::contender::{Contender, Note, Noted};

/// What the servers can be asked and told.
#[derive(Protocol)]
pub(crate) enum BooksMsg {
    /// Adds `by` and answers the new total.
    #[call(u64)]
    Add { by: u64 },
    /// Takes a note.
    #[cast]
    Note { note: Note },
    /// What has come of the notes.
    #[call(Noted)]
    Noted,
    /// Does something heavy.
    #[call(u64)]
    Burn,
}

/// A kind of server for each way, since the compiler inlines for each kind what its messages take.
macro_rules! server {
    ($(#[$attribute:meta])* $module:ident) => {
        mod $module {
            use noex::prelude::*;

            use super::BooksMsg;
            use crate::contender::{Books, Note, Noted, burn};

            #[derive(GenServer, Default)]
            #[genserver(protocol = BooksMsg)]
            $(#[$attribute])*
            pub(crate) struct Server {
                books: Books,
            }

            #[handlers(BooksMsg)]
            impl Server {
                fn add(&mut self, by: u64) -> u64 {
                    self.books.add(by)
                }

                fn note(&mut self, note: Note) {
                    self.books.note(note);
                }

                fn noted(&self) -> Noted {
                    self.books.noted()
                }

                fn burn(&self) -> u64 {
                    burn()
                }
            }
        }
    };
}

server!(plain);
server!(in_family);
server!(
    #[persist(interval = "30s")]
    saved
);

/// As it comes: a call runs on its caller's stack if the server is free.
pub(crate) struct Noex {
    system: System,
}

/// `inline = false`: every message is queued and handled by a task.
pub(crate) struct NoexQueued {
    system: System,
}

/// Saved in memory every thirty seconds, and at the end.
pub(crate) struct NoexSaved {
    system: System,
    started: AtomicU64,
}

async fn add(server: &BooksClient, by: u64) -> u64 {
    server.add(by).await.expect("the server answers every call")
}

async fn note(server: &BooksClient, note: Note) {
    server.note(note).await.expect("the server runs");
}

async fn noted(server: &BooksClient) -> Noted {
    server.noted().await.expect("the server answers every call")
}

async fn burnt(server: &BooksClient) -> u64 {
    server.burn().await.expect("the server answers every call")
}

async fn stop(server: BooksClient) {
    server.stop().await.expect("the last save succeeds");
}

macro_rules! contender {
    ($name:ty, $open:expr, |$this:ident| $spec:expr) => {
        impl Contender for $name {
            type Server = BooksClient;

            fn open() -> Self {
                $open
            }

            async fn start(&self) -> Self::Server {
                let $this = self;
                $this.system.start($spec).await.expect("the server starts")
            }

            fn add(server: &Self::Server, by: u64) -> impl Future<Output = u64> + Send {
                add(server, by)
            }

            fn note(server: &Self::Server, note: Note) -> impl Future<Output = ()> + Send {
                self::note(server, note)
            }

            fn noted(server: &Self::Server) -> impl Future<Output = Noted> + Send {
                noted(server)
            }

            fn burn(server: &Self::Server) -> impl Future<Output = u64> + Send {
                burnt(server)
            }

            fn stop(server: Self::Server) -> impl Future<Output = ()> + Send {
                stop(server)
            }
        }
    };
}

contender!(
    Noex,
    Self {
        system: System::without_store()
    },
    |this| plain::Server::spec(plain::Server::default)
);

contender!(
    NoexQueued,
    Self {
        system: System::without_store()
    },
    |this| plain::Server::spec(plain::Server::default).inline(false)
);

contender!(
    NoexSaved,
    Self {
        system: System::new(MemoryAdapter::new()),
        started: AtomicU64::new(0)
    },
    |this| {
        let number = this.started.fetch_add(1, Ordering::Relaxed);
        saved::Server::spec(saved::Server::default).name(number.to_string())
    }
);

/// By key: every message finds its server in a family.
pub(crate) struct NoexFamily {
    family: Family<in_family::Server>,
    started: AtomicU64,
}

/// A key of the family, looked up anew for each message.
#[derive(Clone)]
pub(crate) struct Member {
    family: Family<in_family::Server>,
    key: u64,
}

impl Member {
    fn client(&self) -> BooksClient {
        self.family.at(&self.key)
    }
}

impl Contender for NoexFamily {
    type Server = Member;

    fn open() -> Self {
        let family = System::without_store().family("books");
        Self {
            family: family
                .or_init(|_| in_family::Server::default)
                .build()
                .expect("the only family of its system"),
            started: AtomicU64::new(0),
        }
    }

    async fn start(&self) -> Self::Server {
        let member = Member {
            family: self.family.clone(),
            key: self.started.fetch_add(1, Ordering::Relaxed),
        };
        assert_eq!(add(&member.client(), 0).await, 0);
        member
    }

    async fn add(server: &Self::Server, by: u64) -> u64 {
        add(&server.client(), by).await
    }

    async fn note(server: &Self::Server, note: Note) {
        self::note(&server.client(), note).await;
    }

    async fn noted(server: &Self::Server) -> Noted {
        noted(&server.client()).await
    }

    async fn burn(server: &Self::Server) -> u64 {
        burnt(&server.client()).await
    }

    async fn stop(server: Self::Server) {
        stop(server.client()).await;
    }
}
