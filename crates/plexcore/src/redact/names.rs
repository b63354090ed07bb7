//! Names of parameters, headers and attributes to what their value is.
//!
//! A name is compared in lower case without `-`, `_` and whatever stands before its last dot, so
//! `X-Plex-Token`, `x_plex_token` and `cfg.xPlexToken` are one name. Most secret names are known
//! by their end (`PlexOnlineToken`, `refresh_token`, `PHPSESSID`); short common words only whole.

use super::span::Kind;

/// How much a name alone says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trust {
    /// A common word (`key`, `user`): only `name=value` and quoted values count.
    Weak,
    /// A telling word (`token`): after a colon the value must look like one.
    Plain,
    /// Nothing else is ever called so (`X-Plex-Token`, `password`).
    Sure,
}

/// What the value of a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) kind: Kind,
    pub(super) trust: Trust,
    /// The bare word `key`, which Plex uses for paths and item numbers as well.
    pub(super) is_bare_key: bool,
    /// An `Authorization` header, whose value starts with a scheme.
    pub(super) is_authorization: bool,
}

const WHOLE: [(&str, Kind, Trust); 22] = [
    ("token", Kind::Token, Trust::Plain),
    ("tokens", Kind::Token, Trust::Plain),
    ("auth", Kind::Token, Trust::Weak),
    ("jwt", Kind::Token, Trust::Plain),
    ("key", Kind::Key, Trust::Weak),
    ("sid", Kind::Session, Trust::Weak),
    ("session", Kind::Session, Trust::Weak),
    ("pass", Kind::Password, Trust::Weak),
    ("pw", Kind::Password, Trust::Weak),
    ("secret", Kind::Secret, Trust::Plain),
    ("secrets", Kind::Secret, Trust::Plain),
    ("user", Kind::User, Trust::Weak),
    ("login", Kind::User, Trust::Weak),
    ("mail", Kind::Email, Trust::Weak),
    ("plexonlinemail", Kind::Email, Trust::Sure),
    ("clientid", Kind::Client, Trust::Plain),
    ("cookie", Kind::Cookie, Trust::Sure),
    ("cookies", Kind::Cookie, Trust::Plain),
    ("cookieheaders", Kind::Cookie, Trust::Sure),
    ("certificateuuid", Kind::Fingerprint, Trust::Sure),
    ("xplexuser", Kind::User, Trust::Sure),
    ("devicename", Kind::Device, Trust::Plain),
];

const ENDINGS: [(&str, Kind); 34] = [
    ("token", Kind::Token),
    ("jwt", Kind::Token),
    ("authorization", Kind::Token),
    ("apikey", Kind::Key),
    ("accesskey", Kind::Key),
    ("appkey", Kind::Key),
    ("authkey", Kind::Key),
    ("clientkey", Kind::Key),
    ("licensekey", Kind::Key),
    ("privatekey", Kind::Key),
    ("secretkey", Kind::Key),
    ("sharedkey", Kind::Key),
    ("accesskeyid", Kind::Key),
    ("password", Kind::Password),
    ("passwords", Kind::Password),
    ("passwd", Kind::Password),
    ("passphrase", Kind::Password),
    ("pwd", Kind::Password),
    ("userpass", Kind::Password),
    ("secret", Kind::Secret),
    ("credential", Kind::Secret),
    ("credentials", Kind::Secret),
    ("sessionid", Kind::Session),
    ("sessid", Kind::Session),
    ("sessionidentifier", Kind::Session),
    ("setcookie", Kind::Cookie),
    ("cfclearance", Kind::Cookie),
    ("cfbm", Kind::Cookie),
    ("cfduid", Kind::Cookie),
    ("username", Kind::User),
    ("email", Kind::Email),
    ("clientidentifier", Kind::Client),
    ("machineidentifier", Kind::Machine),
    ("xplexdevicename", Kind::Device),
];

/// What the value of `name` is, or `None` for a name that tells nothing.
pub(super) fn meaning(name: &[u8]) -> Option<Meaning> {
    let mut folded = [0_u8; 96];
    let mut len = 0;
    for &byte in name.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        *folded.get_mut(len)? = byte.to_ascii_lowercase();
        len += 1;
    }
    let folded = &folded[..len];
    let whole = WHOLE.iter().find(|(word, ..)| word.as_bytes() == folded);
    if let Some(&(word, kind, trust)) = whole {
        return Some(Meaning {
            kind,
            trust,
            is_bare_key: word == "key",
            is_authorization: false,
        });
    }
    let (ending, kind) = ENDINGS
        .iter()
        .find(|(ending, _)| folded.ends_with(ending.as_bytes()))?;
    Some(Meaning {
        kind: *kind,
        trust: Trust::Sure,
        is_bare_key: false,
        is_authorization: *ending == "authorization",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_of_a_name_does_not_matter() {
        for name in [
            "X-Plex-Token",
            "x_plex_token",
            "XPLEXTOKEN",
            "auth_token",
            "PlexOnlineToken",
        ] {
            let found = meaning(name.as_bytes()).unwrap();
            assert_eq!(
                (found.kind, found.trust),
                (Kind::Token, Trust::Sure),
                "{name}"
            );
        }
    }

    #[test]
    fn names_of_ordinary_things_mean_nothing() {
        for name in [
            "ratingKey",
            "parentKey",
            "identifier",
            "tokenizer",
            "keyword",
            "userID",
            "home",
            "passes",
        ] {
            assert_eq!(meaning(name.as_bytes()), None, "{name}");
        }
    }
}
