//! What a session can be asked, and why it may say no.

use std::time::SystemTime;

use noex::prelude::*;
use serde::{Serialize, Serializer};

use super::{Preferences, PreferencesChange};
use crate::token::Token;
use crate::users::Password;

/// What a session can be asked.
#[derive(Protocol)]
pub enum SessionMsg {
    /// The session as it is. Like every message it keeps the session, and it changes nothing.
    #[call(View)]
    Read,
    /// Says that the user is there.
    #[call(View)]
    Touch,
    /// What the user prefers.
    #[call(Preferences)]
    Preferences,
    /// Changes what the user prefers, and answers all of it.
    #[call(Preferences)]
    UpdatePreferences {
        /// What changes.
        change: PreferencesChange,
    },
    /// Hands out the token for the services behind this one, to whoever knows the password, too.
    #[call(Result<Token, SessionError>)]
    Unlock {
        /// The user's password.
        password: Password,
    },
}

/// A session as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Whose it is.
    pub user_id: String,
    /// The e-mail address under which the user logged in.
    pub email: String,
    /// When the user last did something, or came back to the session.
    #[serde(serialize_with = "rfc3339")]
    pub last_active: SystemTime,
    /// What the user prefers.
    pub preferences: Preferences,
}

/// Why a session says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// It is not the user's password.
    #[error("the password is wrong")]
    Password,
    /// The session is older than the user's end.
    #[error("the user is not known any more")]
    NoUser,
    /// No token could be made.
    #[error("the operating system has no randomness to give")]
    NoRandomness,
}

fn rfc3339<Z: Serializer>(time: &SystemTime, serializer: Z) -> Result<Z::Ok, Z::Error> {
    serializer.collect_str(&humantime::format_rfc3339_millis(*time))
}
