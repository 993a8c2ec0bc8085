//! ractor, with its default features; its mailbox has no bound.

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};

use crate::contender::{Books, Contender, Note, Noted, burn};

pub(crate) struct Ractor;

struct Server;

pub(crate) enum Message {
    Add(u64, RpcReplyPort<u64>),
    Note(Note),
    Noted(RpcReplyPort<Noted>),
    Burn(RpcReplyPort<u64>),
}

impl Actor for Server {
    type Msg = Message;
    type State = Books;
    type Arguments = ();

    async fn pre_start(
        &self,
        _: ActorRef<Message>,
        (): (),
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Books::default())
    }

    async fn handle(
        &self,
        _: ActorRef<Message>,
        message: Message,
        books: &mut Books,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Add(by, reply) => reply.send(books.add(by))?,
            Message::Note(note) => books.note(note),
            Message::Noted(reply) => reply.send(books.noted())?,
            Message::Burn(reply) => reply.send(burn())?,
        }
        Ok(())
    }
}

impl Contender for Ractor {
    type Server = ActorRef<Message>;

    fn open() -> Self {
        Self
    }

    async fn start(&self) -> Self::Server {
        let (server, _) = Server::spawn(None, Server, ())
            .await
            .expect("the actor starts");
        server
    }

    async fn add(server: &Self::Server, by: u64) -> u64 {
        let reply = server.call(|reply| Message::Add(by, reply), None).await;
        reply.expect("the actor runs").expect("it answers")
    }

    async fn note(server: &Self::Server, note: Note) {
        server.cast(Message::Note(note)).expect("the actor runs");
    }

    async fn noted(server: &Self::Server) -> Noted {
        let reply = server.call(Message::Noted, None).await;
        reply.expect("the actor runs").expect("it answers")
    }

    async fn burn(server: &Self::Server) -> u64 {
        let reply = server.call(Message::Burn, None).await;
        reply.expect("the actor runs").expect("it answers")
    }

    async fn stop(server: Self::Server) {
        server
            .stop_and_wait(None, None)
            .await
            .expect("the actor stops");
    }
}
