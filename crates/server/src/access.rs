//! Who may ask: passwords and tokens, kept as hashes that are slow to guess, with a limit on guessing.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::refusal::{Code, Refusal};

/// Wrong passwords from one address, and in what time, before it has to wait.
const MOST_GUESSES: u32 = 10;
const GUESSING_TIME: Duration = Duration::from_secs(60);

/// Addresses whose guesses are counted; beyond, the oldest counts are forgotten.
const MOST_ADDRESSES: usize = 10_000;

/// Shorter ones are guessed.
pub const FEWEST_CHARACTERS: usize = 12;

/// Why a text can't be a password.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It is too short.
    #[error(
        "expected a password of at least {FEWEST_CHARACTERS} characters, found {found}\nhint: four random words are easy to remember; a token can be made with `openssl rand -hex 32`"
    )]
    Short {
        /// Its characters.
        found: usize,
    },
    /// It can't be hashed, or is no hash.
    #[error("cannot use the password: {0}")]
    Unusable(String),
}

/// A password, kept as its Argon2id hash.
pub struct Password {
    hash: String,
    /// The SHA-256 of what was proved right once: Argon2 takes 20 ms, which no page can wait for with every picture.
    proved: Mutex<Option<[u8; 32]>>,
}

impl Password {
    /// Of a text, or of its hash that begins with `$argon2`.
    ///
    /// # Errors
    ///
    /// If it is too short.
    pub fn new(text: &str) -> Result<Self, PasswordError> {
        let unusable = |error: &dyn std::fmt::Display| PasswordError::Unusable(error.to_string());
        if text.starts_with("$argon2") {
            PasswordHash::new(text).map_err(|error| unusable(&error))?;
            return Ok(Self { hash: text.to_owned(), proved: Mutex::default() });
        }
        let found = text.chars().count();
        if found < FEWEST_CHARACTERS {
            return Err(PasswordError::Short { found });
        }
        let hash = Argon2::default().hash_password(text.as_bytes()).map_err(|error| unusable(&error))?;
        Ok(Self { hash: hash.to_string(), proved: Mutex::default() })
    }

    /// Its hash, which can be kept in a file.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether a text with this digest was proved to be it before.
    fn was(&self, digest: &Digest) -> bool {
        let proved = *self.proved.lock().unwrap_or_else(PoisonError::into_inner);
        proved.is_some_and(|proved| proved.ct_eq(digest).into())
    }

    /// Whether a text is it; takes its time.
    fn is(&self, secret: &Secret) -> bool {
        let is_right = PasswordHash::new(&self.hash)
            .is_ok_and(|hash| Argon2::default().verify_password(secret.text.as_bytes(), &hash).is_ok());
        if is_right {
            *self.proved.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret.digest);
        }
        is_right
    }
}

type Digest = [u8; 32];

/// What somebody says is the password.
struct Secret {
    text: String,
    digest: Digest,
}

impl Secret {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), digest: Sha256::digest(text.as_bytes()).into() }
    }
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    /// Look at everything.
    Read,
    /// Change what people keep, too, such as saved searches.
    Write,
}

/// Who may do what.
#[derive(Default)]
pub struct Access {
    /// Who knows it may read; everybody may if there is none.
    pub(crate) read: Option<Password>,
    /// Who knows it may write, too; nobody may if there is none.
    pub(crate) write: Option<Password>,
    guesses: Mutex<HashMap<IpAddr, (Instant, u32)>>,
    proving: Mutex<()>,
    /// From where a right password came.
    proved: Mutex<HashSet<IpAddr>>,
}

impl Access {
    /// With one password for reading and one for writing.
    pub fn new(read: Option<Password>, write: Option<Password>) -> Self {
        Self { read, write, ..Self::default() }
    }

    /// Whether something can be done only by who says a password.
    pub(crate) fn needs_password(&self, wanted: Right) -> bool {
        wanted == Right::Write || self.read.is_some()
    }

    /// Whether who asks may do it. Argon2 takes its time: call it where that holds up nobody.
    pub(crate) fn check(&self, headers: &HeaderMap, from: IpAddr, wanted: Right) -> Result<(), Refusal> {
        if !self.needs_password(wanted) {
            return Ok(());
        }
        if wanted == Right::Write && self.write.is_none() {
            return Err(Refusal::new(
                Code::Forbidden,
                "nothing can be changed over the network\nhint: `onrecord serve --write-password-file FILE` allows it",
            ));
        }
        let Some(secret) = secret(headers) else {
            return Err(Refusal::new(
                Code::Unauthorized,
                "a password is needed\nhint: as HTTP Basic with any name, or `Authorization: Bearer PASSWORD`",
            ));
        };
        let right = match self.proved_from(from, &secret) {
            Some(right) => right,
            None => self.right_of(from, &secret)?,
        };
        if right < wanted {
            return Err(Refusal::new(
                Code::Forbidden,
                "this password allows to read, not to change anything",
            ));
        }
        Ok(())
    }

    /// The passwords with what each allows.
    fn passwords(&self) -> impl Iterator<Item = (&Password, Right)> {
        let write = self.write.iter().map(|password| (password, Right::Write));
        write.chain(self.read.iter().map(|password| (password, Right::Read)))
    }

    /// What a password allows that this address proved right before: to it no limit on guesses applies.
    fn proved_from(&self, from: IpAddr, secret: &Secret) -> Option<Right> {
        let has_proved = self.proved.lock().unwrap_or_else(PoisonError::into_inner).contains(&from);
        if has_proved { self.known(secret) } else { None }
    }

    /// What a password allows that somebody proved right before.
    fn known(&self, secret: &Secret) -> Option<Right> {
        self.passwords().find(|(password, _)| password.was(&secret.digest)).map(|(_, right)| right)
    }

    /// What a password allows. A guess is counted before it is looked at, one at a time: Argon2 takes 19 MiB, and what came
    /// at once is proved by the first.
    fn right_of(&self, from: IpAddr, secret: &Secret) -> Result<Right, Refusal> {
        let _turn = self.proving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(right) = self.proved_from(from, secret) {
            return Ok(right);
        }
        self.note_guess(from)?;
        let prove = || self.passwords().find(|(password, _)| password.is(secret)).map(|(_, right)| right);
        let right = self.known(secret).or_else(prove);
        let right = right.ok_or_else(|| Refusal::new(Code::Unauthorized, "the password is wrong"))?;
        self.forget_guess(from);
        let mut proved = self.proved.lock().unwrap_or_else(PoisonError::into_inner);
        if proved.len() >= MOST_ADDRESSES {
            proved.clear();
        }
        proved.insert(from);
        Ok(right)
    }

    /// Counts a guess, unless there were too many.
    fn note_guess(&self, from: IpAddr) -> Result<(), Refusal> {
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        if guesses.len() >= MOST_ADDRESSES {
            guesses.retain(|_, (since, _)| since.elapsed() < GUESSING_TIME);
        }
        if guesses.len() >= MOST_ADDRESSES {
            guesses.clear();
        }
        let (since, count) = guesses.entry(from).or_insert((Instant::now(), 0));
        if since.elapsed() >= GUESSING_TIME {
            (*since, *count) = (Instant::now(), 0);
        }
        if *count >= MOST_GUESSES {
            return Err(Refusal::new(
                Code::TooManyRequests,
                "too many wrong passwords\nhint: try again in a minute",
            ));
        }
        *count += 1;
        Ok(())
    }

    /// A right password was no guess.
    fn forget_guess(&self, from: IpAddr) {
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = guesses.get_mut(&from) {
            *count = count.saturating_sub(1);
        }
    }
}

/// The password of a request: as HTTP Basic, whatever the name, or as a token.
fn secret(headers: &HeaderMap) -> Option<Secret> {
    let (scheme, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Secret::new(value.trim()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| Secret::new(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(authorization: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, authorization.parse().unwrap())])
    }

    #[test]
    fn rights_are_apart_and_guesses_have_a_limit() {
        let password = |text| Some(Password::new(text).unwrap());
        let access = Access::new(password("read read read"), password("write write write"));
        let from: IpAddr = [192, 0, 2, 7].into();
        let code = |authorization: &str, wanted| {
            access.check(&headers(authorization), from, wanted).map_err(|refusal| refusal.code)
        };
        assert_eq!(access.check(&HeaderMap::new(), from, Right::Read).unwrap_err().code, Code::Unauthorized);
        assert_eq!(code("Bearer read read read", Right::Read), Ok(()));
        assert_eq!(code("Bearer read read read", Right::Write), Err(Code::Forbidden));
        assert_eq!(code("Bearer write write write", Right::Write), Ok(()));
        let basic = format!("Basic {}", STANDARD.encode("anybody:read read read"));
        assert_eq!(code(&basic, Right::Read), Ok(()));
        for _ in 0..MOST_GUESSES {
            let _ = code("Bearer wrong", Right::Read);
        }
        assert_eq!(code("Bearer wrong", Right::Read), Err(Code::TooManyRequests));
        assert_eq!(
            code("Bearer read read read", Right::Read),
            Ok(()),
            "what was proved from here is no guess"
        );
        let guesser: IpAddr = [192, 0, 2, 9].into();
        for _ in 0..MOST_GUESSES {
            let _ = access.check(&headers("Bearer wrong"), guesser, Right::Read);
        }
        let guessed = access.check(&headers("Bearer read read read"), guesser, Right::Read);
        assert_eq!(guessed.unwrap_err().code, Code::TooManyRequests, "nothing is learnt by going on");
        let elsewhere = access.check(&headers("Bearer read read read"), [192, 0, 2, 8].into(), Right::Read);
        assert_eq!(elsewhere, Ok(()));
    }

    #[test]
    fn guesses_that_come_at_once_are_counted() {
        let access = Access::new(Some(Password::new("read read read").unwrap()), None);
        let from: IpAddr = [192, 0, 2, 9].into();
        let looked_at = std::thread::scope(|scope| {
            let guess = |at: u32| {
                let access = &access;
                scope.spawn(move || {
                    let guessed = access.check(&headers(&format!("Bearer {at}")), from, Right::Read);
                    u32::from(guessed.unwrap_err().code == Code::Unauthorized)
                })
            };
            let guesses: Vec<_> = (0..3 * MOST_GUESSES).map(guess).collect();
            guesses.into_iter().map(|guess| guess.join().unwrap()).sum::<u32>()
        });
        assert_eq!(looked_at, MOST_GUESSES);
    }

    #[test]
    fn a_hash_stands_for_its_password() {
        let hash = Password::new("four random words").unwrap().hash().to_owned();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(Password::new(&hash).unwrap().is(&Secret::new("four random words")));
        assert!(!Password::new(&hash).unwrap().is(&Secret::new("five random words")));
        assert!(Password::new("short").is_err());
    }
}
