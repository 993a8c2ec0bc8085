//! A session as the books know it: what its user prefers, and whether it is over; and what clerks do to it.
//!
//! The name of its book is the token that opens it. It is given at log-in, so a log-in without an answer leaves a
//! session behind that nobody can open.

use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::Failure;
use crate::book::Book;
use crate::clerk::{Desk, Trouble, check, wrong};
use crate::http::{Answer, Connection};
use crate::trade::Trade;

const EMAIL: &str = "ada@example.org";

/// What a session is, as far as its changes decide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Session {
    Open { theme: String, language: String },
    LoggedOut,
}

/// One thing that is done to a session.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Prefer { theme: String, language: String },
    LogOut,
}

impl Default for Session {
    fn default() -> Self {
        Self::Open {
            theme: "light".to_owned(),
            language: "en".to_owned(),
        }
    }
}

impl Trade for Session {
    type Change = Change;

    const NAME: &'static str = "sessions";

    fn after(self, change: &Change) -> Self {
        match change.clone() {
            _ if self.is_final() => self,
            Change::Prefer { theme, language } => Self::Open { theme, language },
            Change::LogOut => Self::LoggedOut,
        }
    }

    fn is_final(&self) -> bool {
        *self == Self::LoggedOut
    }

    fn read(answer: &Answer) -> Option<Self> {
        if answer.status == 401 || answer.json.get("logged_out").is_some() {
            return Some(Self::LoggedOut);
        }
        let session = (answer.status == 200).then_some(&answer.json)?;
        let preferences = session.get("preferences").unwrap_or(session);
        let text = |name| Some(preferences.get(name)?.as_str()?.to_owned());
        let (theme, language) = (text("theme")?, text("language")?);
        let fits = session.get("email").is_none_or(|email| email == EMAIL);
        fits.then_some(Self::Open { theme, language })
    }

    fn look(connection: &mut Connection, token: &str) -> io::Result<Answer> {
        connection.ask("GET", "/session", token, "")
    }

    /// A session whose log-in was answered is stored.
    fn create(desk: &mut Desk<Self>) -> Result<(), Trouble> {
        let body = json!({ "email": EMAIL, "password": "analytical engine" });
        desk.day.nameless += 1;
        let answer = desk.ask(|connection| connection.post("/sessions", &body))?;
        desk.day.nameless -= 1;
        let token = answer.json.get("token").and_then(Value::as_str);
        let mut book = Book::new(token.unwrap_or_default().to_owned(), Self::default());
        book.is_created = true;
        if token.is_none() {
            return Err(wrong(&answer, &book));
        }
        desk.day.books.push(book);
        Ok(())
    }

    fn change(desk: &mut Desk<Self>, book: &mut Book<Self>) -> Result<(), Trouble> {
        match desk.chance.below(100) {
            0..3 => desk.log_out(book),
            3..9 => desk.look(book),
            9..15 => desk.touch(book),
            _ => desk.prefer(book),
        }
    }

    /// Every file of the store is a whole record, or the store's own: nothing of an interrupted write is left.
    fn count_stored(data: &Path) -> Result<Option<usize>, Failure> {
        let mut count = 0;
        for entry in std::fs::read_dir(data)? {
            let path = entry?.path();
            match path.file_name().and_then(|name| name.to_str()) {
                Some(".lock" | ".store" | "log") => {}
                Some(name) if name.starts_with("sessions%3a") => {
                    check_whole(&path)?;
                    count += 1;
                }
                _ => return Err(Failure::new(format!("`{}` is left over", path.display()))),
            }
        }
        Ok(Some(count))
    }
}

impl Desk<Session> {
    fn prefer(&mut self, book: &mut Book<Session>) -> Result<(), Trouble> {
        let themes = ["light", "dark", "system"];
        let theme = themes.get(self.chance.index(themes.len()));
        let theme = (*theme.unwrap_or(&"dark")).to_owned();
        let language = format!("x-{}", self.chance.next());
        let body = json!({ "theme": theme, "language": language }).to_string();
        let token = book.id.clone();
        self.apply(book, Change::Prefer { theme, language }, |connection| {
            connection.ask("POST", "/session/preferences", &token, &body)
        })
    }

    fn log_out(&mut self, book: &mut Book<Session>) -> Result<(), Trouble> {
        let token = book.id.clone();
        book.is_saving = true;
        self.apply(book, Change::LogOut, |connection| {
            connection.ask("DELETE", "/session", &token, "")
        })?;
        book.keep();
        Ok(())
    }

    fn look(&mut self, book: &Book<Session>) -> Result<(), Trouble> {
        let answer = self.ask(|connection| Session::look(connection, &book.id))?;
        check(&answer, 200, book)
    }

    fn touch(&mut self, book: &Book<Session>) -> Result<(), Trouble> {
        let token = book.id.as_str();
        let answer = self.ask(|connection| connection.ask("POST", "/session/touch", token, ""))?;
        check(&answer, 200, book)
    }
}

fn check_whole(file: &Path) -> Result<(), Failure> {
    let record: Result<Value, _> = serde_json::from_slice(&std::fs::read(file)?);
    let state = record.ok().and_then(|record| record.get("state").cloned());
    match state.as_ref().and_then(|state| state.get("preferences")) {
        Some(_) => Ok(()),
        None => Err(Failure::new(format!("`{}` is not whole", file.display()))),
    }
}
