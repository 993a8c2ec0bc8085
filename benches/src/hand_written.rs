//! The actor one writes without a library: a task, a bounded channel, and a oneshot for each reply.

use tokio::sync::{mpsc, oneshot};

use crate::contender::{Books, Contender, Note, Noted, burn};

/// As many messages as a noex mailbox holds.
const MAILBOX: usize = 1024;

pub(crate) struct HandWritten;

pub(crate) enum Message {
    Add(u64, oneshot::Sender<u64>),
    Note(Note),
    Noted(oneshot::Sender<Noted>),
    Burn(oneshot::Sender<u64>),
    Stop(oneshot::Sender<()>),
}

async fn serve(mut mailbox: mpsc::Receiver<Message>) {
    let mut books = Books::default();
    while let Some(message) = mailbox.recv().await {
        match message {
            // A caller that has gone does not want its reply.
            Message::Add(by, reply) => drop(reply.send(books.add(by))),
            Message::Note(note) => books.note(note),
            Message::Noted(reply) => drop(reply.send(books.noted())),
            Message::Burn(reply) => drop(reply.send(burn())),
            Message::Stop(reply) => {
                reply.send(()).ok();
                return;
            }
        }
    }
}

async fn ask<T>(
    server: &mpsc::Sender<Message>,
    message: impl FnOnce(oneshot::Sender<T>) -> Message,
) -> T {
    let (reply, receiver) = oneshot::channel();
    let sent = server.send(message(reply)).await;
    assert!(sent.is_ok(), "the actor has ended");
    receiver.await.expect("the actor answers every call")
}

impl Contender for HandWritten {
    type Server = mpsc::Sender<Message>;

    fn open() -> Self {
        Self
    }

    async fn start(&self) -> Self::Server {
        let (sender, receiver) = mpsc::channel(MAILBOX);
        tokio::spawn(serve(receiver));
        sender
    }

    async fn add(server: &Self::Server, by: u64) -> u64 {
        ask(server, |reply| Message::Add(by, reply)).await
    }

    async fn note(server: &Self::Server, note: Note) {
        let sent = server.send(Message::Note(note)).await;
        assert!(sent.is_ok(), "the actor has ended");
    }

    async fn noted(server: &Self::Server) -> Noted {
        ask(server, Message::Noted).await
    }

    async fn burn(server: &Self::Server) -> u64 {
        ask(server, Message::Burn).await
    }

    async fn stop(server: Self::Server) {
        ask(&server, Message::Stop).await;
    }
}
