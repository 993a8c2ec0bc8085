//! kameo, with its default features and a mailbox as large as the others'.

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn};
use kameo::mailbox;
use kameo::message::{Context, Message};

use crate::contender::{Books, Contender, Note, Noted, burn};

/// As many messages as a noex mailbox holds.
const MAILBOX: usize = 1024;

pub(crate) struct Kameo;

#[derive(Actor, Default)]
pub(crate) struct Server {
    books: Books,
}

struct Add(u64);

struct TakenNotes;

struct Burn;

#[derive(kameo::Reply)]
struct Notes(Noted);

impl Message<Add> for Server {
    type Reply = u64;

    async fn handle(&mut self, Add(by): Add, _: &mut Context<Self, u64>) -> u64 {
        self.books.add(by)
    }
}

impl Message<Note> for Server {
    type Reply = ();

    async fn handle(&mut self, note: Note, _: &mut Context<Self, ()>) {
        self.books.note(note);
    }
}

impl Message<TakenNotes> for Server {
    type Reply = Notes;

    async fn handle(&mut self, _: TakenNotes, _: &mut Context<Self, Notes>) -> Notes {
        Notes(self.books.noted())
    }
}

impl Message<Burn> for Server {
    type Reply = u64;

    async fn handle(&mut self, _: Burn, _: &mut Context<Self, u64>) -> u64 {
        burn()
    }
}

impl Contender for Kameo {
    type Server = ActorRef<Server>;

    fn open() -> Self {
        Self
    }

    async fn start(&self) -> Self::Server {
        Server::spawn_with_mailbox(Server::default(), mailbox::bounded(MAILBOX))
    }

    async fn add(server: &Self::Server, by: u64) -> u64 {
        server.ask(Add(by)).await.expect("the actor answers")
    }

    async fn note(server: &Self::Server, note: Note) {
        server.tell(note).await.expect("the actor runs");
    }

    async fn noted(server: &Self::Server) -> Noted {
        server.ask(TakenNotes).await.expect("the actor answers").0
    }

    async fn burn(server: &Self::Server) -> u64 {
        server.ask(Burn).await.expect("the actor answers")
    }

    async fn stop(server: Self::Server) {
        server.stop_gracefully().await.expect("the actor runs");
        server.wait_for_shutdown().await;
    }
}
