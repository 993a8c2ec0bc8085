//! A session as a server: its state, what it does at each message, and the hooks around a restore.
//!
//! What must not be stored is skipped, and comes from elsewhere after a restore: the password's hash from the users, who
//! keep it anyway; the access token is made anew, as after any log-in. The token that opens the session is no part of
//! its state at all, see [`token`](crate::token).

mod message;
mod preferences;

use std::time::SystemTime;

use noex::PersistenceError;
use noex::prelude::*;

pub use message::{SessionClient, SessionError, SessionMsg, View};
pub use preferences::{Language, NotALanguage, Preferences, PreferencesChange, Theme};

use crate::token::Token;
use crate::users::{Password, PasswordHash, User, Users};

/// One session. The public way to it is its client, from a family with the session's id as the key.
///
/// After 30 minutes without a message it is gone: `max_idle` counts whatever a client sends, reading included, also
/// while the session is not running and while the whole program is not. `last_active` is what the user is shown; it
/// decides nothing.
#[derive(Debug, GenServer)]
#[genserver(
    protocol = SessionMsg, env = Users, args = User, init = Session::open, on_start = Session::begin,
    idle_timeout = "5m",
)]
#[persist(
    interval = "1m", max_idle = "30m", cleanup_interval = "10m",
    on_restore = Session::announce, on_error = report,
)]
pub struct Session {
    user_id: String,
    email: String,
    /// What the password is checked against where it is asked for again.
    #[persist(skip)]
    password_hash: Option<PasswordHash>,
    /// What the services behind this one let the user in with.
    #[persist(skip)]
    access_token: Option<Token>,
    last_active: SystemTime,
    preferences: Preferences,
}

#[noex::handlers(SessionMsg)]
impl Session {
    fn read(&self) -> View {
        View {
            user_id: self.user_id.clone(),
            email: self.email.clone(),
            last_active: self.last_active,
            preferences: self.preferences.clone(),
        }
    }

    fn touch(&mut self, cx: &mut Cx<Self>) -> View {
        self.last_active = cx.now();
        self.read()
    }

    fn preferences(&mut self, cx: &mut Cx<Self>) -> Preferences {
        self.last_active = cx.now();
        self.preferences.clone()
    }

    fn update_preferences(&mut self, change: PreferencesChange, cx: &mut Cx<Self>) -> Preferences {
        self.preferences.apply(change);
        self.preferences(cx)
    }

    async fn unlock(
        &mut self,
        password: Password,
        cx: &mut Cx<Self>,
    ) -> Result<Token, SessionError> {
        self.last_active = cx.now();
        let hash = self.password_hash.clone().ok_or(SessionError::NoUser)?;
        if !cx.env.check(password, hash).await {
            return Err(SessionError::Password);
        }
        let token = match self.access_token.take() {
            Some(token) => token,
            None => Token::random().map_err(|_| SessionError::NoRandomness)?,
        };
        Ok(self.access_token.insert(token).clone())
    }
}

impl Session {
    fn open(user: &User, cx: &mut InitCx<Self>) -> Self {
        Self {
            user_id: user.id.clone(),
            email: user.email.clone(),
            password_hash: None,
            access_token: None,
            last_active: cx.now(),
            preferences: Preferences::default(),
        }
    }

    /// Whatever starts a session, new or restored, is somebody who uses it; and what it does not store it gets from the
    /// users.
    fn begin(&mut self, cx: &mut Cx<Self>) {
        self.last_active = cx.now();
        let user = cx.env.find(&self.user_id);
        self.password_hash = user.map(|user| user.password_hash.clone());
    }

    fn announce(&mut self, meta: &RecordMeta) {
        let saved_at = humantime::format_rfc3339_seconds(meta.saved_at);
        tracing::info!(user = self.user_id, "goes on from {saved_at}");
    }
}

fn report(error: &PersistenceError) {
    tracing::error!(key = %error.key(), "not as it should be: {}", noex::Chain(error));
}
