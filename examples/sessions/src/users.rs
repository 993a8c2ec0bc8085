//! Who may log in: a stand-in for a database of users, with passwords hashed as they should be in one.

use std::fmt;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash as Phc;
use serde::Deserialize;
use tokio::sync::Semaphore;

/// How many passwords are checked at once; each check takes 19 MiB of memory and some 20 ms.
const CHECKS: usize = 2;

/// `analytical engine`.
const ADA: &str = "$argon2id$v=19$m=19456,t=2,p=1$K+LKorwfyy0A13PFZ4lOcQ$Z9uqrenJBJpzRbXaSRoACveWK0KCp41c8LZT04SvnTk";

/// `nanoseconds`.
const GRACE: &str = "$argon2id$v=19$m=19456,t=2,p=1$xneN3eI9Q70lCdjLhu8aaA$X/noKE5+EWeH/4RmEUJdlCvcHCuyi07W+aMSSi+IDf8";

/// What the password of an unknown user is checked against, at the same cost.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$QgRYNlK3fLY152k+Y8dbFQ$P/19CyiQFr+ftLGv5C26JiuRe477SsNBazPedIdjTys";

/// The users of the service. A session finds here what it may not store.
#[derive(Clone, Debug)]
pub struct Users {
    users: Arc<[User]>,
    checks: Arc<Semaphore>,
}

/// Somebody who may log in.
#[derive(Clone, Debug)]
pub struct User {
    /// Who it is, for ever.
    pub id: String,
    /// What the user is called at log-in.
    pub email: String,
    /// What the password is checked against.
    pub password_hash: PasswordHash,
}

/// A password's hash by Argon2id, with its salt and cost, as text in PHC form.
#[derive(Clone)]
pub struct PasswordHash(Arc<str>);

/// A password as it was typed.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Users {
    /// The users there are.
    pub fn new(users: impl IntoIterator<Item = User>) -> Self {
        Self {
            users: users.into_iter().collect(),
            checks: Arc::new(Semaphore::new(CHECKS)),
        }
    }

    /// Ada, whose password is `analytical engine`, and Grace, whose password is `nanoseconds`.
    #[must_use]
    pub fn demo() -> Self {
        let user = |id: &str, email: &str, hash: &str| User {
            id: id.to_owned(),
            email: email.to_owned(),
            password_hash: PasswordHash::new(hash),
        };
        Self::new([
            user("u-1815", "ada@example.org", ADA),
            user("u-1906", "grace@example.org", GRACE),
        ])
    }

    /// The user with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The user with this e-mail address, if the password is right.
    pub async fn log_in(&self, email: &str, password: Password) -> Option<&User> {
        let user = self.users.iter().find(|user| user.email == email);
        // For an unknown address a password is checked, too: how long it takes tells nobody who is a user.
        let hash = user.map_or(PasswordHash::new(NOBODY), |user| user.password_hash.clone());
        let fits = self.check(password, hash).await;
        user.filter(|_| fits)
    }

    /// Whether the password is the one that was hashed. If that cannot be found out, it is not.
    pub async fn check(&self, password: Password, hash: PasswordHash) -> bool {
        let Ok(permit) = self.checks.clone().acquire_owned().await else {
            return false;
        };
        let check = move || {
            // The check goes on when nobody waits for it any more, and counts until its end.
            let _permit = permit;
            password.fits(&hash)
        };
        tokio::task::spawn_blocking(check).await.unwrap_or(false)
    }
}

impl PasswordHash {
    /// A hash in PHC form, as a database keeps it.
    #[must_use]
    pub fn new(phc: &str) -> Self {
        Self(phc.into())
    }

    /// The hash in PHC form.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Password {
    fn fits(&self, PasswordHash(hash): &PasswordHash) -> bool {
        let hash = Phc::new(hash);
        hash.is_ok_and(|hash| {
            Argon2::default()
                .verify_password(self.0.as_bytes(), &hash)
                .is_ok()
        })
    }
}

impl From<&str> for Password {
    fn from(password: &str) -> Self {
        Self(password.to_owned())
    }
}

/// It goes into no log.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// It goes into no log.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_user_logs_in_with_the_right_password_alone() {
        let users = Users::demo();
        let log_in = async |email, password: &str| {
            let user = users.log_in(email, password.into()).await;
            user.map(|user| user.id.as_str())
        };

        assert_eq!(
            log_in("ada@example.org", "analytical engine").await,
            Some("u-1815")
        );
        assert_eq!(
            log_in("grace@example.org", "nanoseconds").await,
            Some("u-1906")
        );
        assert_eq!(log_in("ada@example.org", "nanoseconds").await, None);
        assert_eq!(log_in("eve@example.org", "nanoseconds").await, None);
        assert_eq!(log_in("ada@example.org", "").await, None);
    }

    #[test]
    fn nobody_is_a_hash_like_the_others() {
        for hash in [ADA, GRACE, NOBODY] {
            assert!(Phc::new(hash).is_ok(), "{hash}");
            assert_eq!(hash.split('$').nth(3), Some("m=19456,t=2,p=1"));
        }
    }

    #[tokio::test]
    async fn what_is_no_hash_lets_nobody_in() {
        let users = Users::demo();
        let no_hash = PasswordHash::new("nanoseconds");

        assert!(!users.check("nanoseconds".into(), no_hash).await);
    }

    #[test]
    fn a_password_is_not_seen_in_a_log() {
        let (password, hash) = (Password::from("nanoseconds"), PasswordHash::new(GRACE));

        assert_eq!(
            format!("{password:?} {hash:?}"),
            "Password(..) PasswordHash(..)"
        );
    }
}
