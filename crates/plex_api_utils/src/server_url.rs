//! The address of a server, as people type it.
//!
//! `host`, `host:port`, `http://...`, IPv6 with or without brackets. An address that carries a
//! password or a query is refused, since it would end in logs; the message never repeats it.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv6Addr};

/// Plex's port, for an address that names neither scheme nor port.
const PLEX_PORT: u16 = 32400;

/// A server's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerUrl {
    pub(crate) is_https: bool,
    /// Name or address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What stands before Plex's own paths behind a reverse proxy; no slash at its end.
    pub(crate) prefix: String,
}

impl ServerUrl {
    /// Reads an address; the error is a message for the person and repeats nothing secret.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        let (is_https, has_scheme, rest) = if lower.starts_with("https://") {
            (true, true, &text[8..])
        } else if lower.starts_with("http://") {
            (false, true, &text[7..])
        } else if let Some((scheme, _)) = text.split_once("://") {
            return Err(format!("expected http or https, found {scheme:?}"));
        } else {
            (false, false, text)
        };
        if rest.contains(['?', '#']) {
            return Err("expected an address without a query; a token belongs into --token-file or PLEX_TOKEN".to_owned());
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if authority.contains('@') {
            return Err("expected an address without a user name or password".to_owned());
        }
        let default_port = match (has_scheme, is_https) {
            (false, _) => PLEX_PORT,
            (true, true) => 443,
            (true, false) => 80,
        };
        let (host, port) = split_port(authority, default_port)?;
        if host.is_empty()
            || !host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-_:%".contains(c))
        {
            return Err(format!(
                "expected a host such as 127.0.0.1:{PLEX_PORT}, found {host:?}"
            ));
        }
        if !path.chars().all(|c| c.is_ascii_graphic()) {
            return Err("expected a path in plain ASCII".to_owned());
        }
        Ok(Self {
            is_https,
            host: host.to_owned(),
            port,
            prefix: path.trim_end_matches('/').to_owned(),
        })
    }

    /// Scheme, host and port: what a token is bound to.
    pub(crate) fn origin(&self) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        format!("{scheme}://{host}:{}", self.port)
    }

    /// The URL of one of Plex's paths.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin(), self.prefix)
    }

    /// Whether the server is this machine itself.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.address().is_some_and(|address| address.is_loopback())
    }

    /// Whether a proxy would have no business with it: this machine, or one in a private network.
    pub(crate) fn is_local(&self) -> bool {
        let name = self.host.to_ascii_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        let is_named_locally = !name.contains(['.', ':']) || matches!(last, "local" | "lan");
        is_named_locally || self.address().is_some_and(is_private)
    }

    /// The address that the host is, or that its `plex.direct` name spells out.
    fn address(&self) -> Option<IpAddr> {
        self.host
            .parse()
            .ok()
            .or_else(|| dashed_address(&self.host))
    }

    /// The same server under the name in its certificate, if the host is a plain address:
    /// `192-168-1-5.<id>.plex.direct`.
    pub(crate) fn with_certificate_name(&self, id: &str) -> Option<Self> {
        let address: IpAddr = self.host.parse().ok()?;
        let dashed = address.to_string().replace(['.', ':'], "-");
        self.is_https.then(|| Self {
            host: format!("{dashed}.{id}.plex.direct"),
            ..self.clone()
        })
    }
}

fn split_port(authority: &str, default: u16) -> Result<(&str, u16), String> {
    let port = |text: &str| {
        text.parse()
            .map_err(|_| format!("expected a port from 1 to 65535, found {text:?}"))
    };
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest
            .split_once(']')
            .ok_or("expected ] after an IPv6 address")?;
        return match after.strip_prefix(':') {
            Some(text) => Ok((host, port(text)?)),
            None if after.is_empty() => Ok((host, default)),
            None => Err(format!("expected :PORT, found {after:?}")),
        };
    }
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Ok((authority, default));
    }
    match authority.rsplit_once(':') {
        Some((host, text)) => Ok((host, port(text)?)),
        None => Ok((authority, default)),
    }
}

/// The address in a name such as `192-168-1-5.<32 hex digits>.plex.direct`, without asking a DNS server:
/// home routers refuse to answer public names with private addresses.
pub(crate) fn dashed_address(host: &str) -> Option<IpAddr> {
    let rest = host.strip_suffix(".plex.direct")?;
    let (dashed, _) = rest.split_once('.')?;
    let dotted = dashed.replace('-', ".");
    dotted
        .parse()
        .ok()
        .or_else(|| dashed.replace('-', ":").parse().ok())
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Text as it stands in a URL: everything but unreserved characters is escaped.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_type_them() {
        for (typed, at) in [
            ("http://127.0.0.1:32400", "http://127.0.0.1:32400/identity"),
            ("127.0.0.1", "http://127.0.0.1:32400/identity"),
            ("nas:8080", "http://nas:8080/identity"),
            ("HTTPS://plex.example/", "https://plex.example:443/identity"),
            ("http://nas", "http://nas:80/identity"),
            ("::1", "http://[::1]:32400/identity"),
            (
                "https://[fd00::5]:32400",
                "https://[fd00::5]:32400/identity",
            ),
            (
                "https://example.org/plex/",
                "https://example.org:443/plex/identity",
            ),
        ] {
            assert_eq!(
                ServerUrl::parse(typed).unwrap().at("/identity"),
                at,
                "{typed}"
            );
        }
    }

    #[test]
    fn what_could_hold_a_secret_is_refused_and_not_repeated() {
        for typed in [
            "http://h:1/?X-Plex-Token=secret0",
            "http://me:secret0@h",
            "ftp://h",
            "h:port",
            "h:99999",
            "",
            "http://",
            "a b",
        ] {
            let message = ServerUrl::parse(typed).unwrap_err();
            assert!(!message.contains("secret0"), "{typed}: {message}");
        }
    }

    #[test]
    fn local_servers_are_told_from_others() {
        for (typed, local) in [
            ("127.0.0.1", true),
            ("[::1]:1", true),
            ("192.168.1.5", true),
            ("172.20.0.3", true),
            ("172.32.0.3", false),
            ("8.8.8.8", false),
            ("nas", true),
            ("nas.local", true),
            ("plex.example.org", false),
            (
                "https://10-0-0-5.0123456789abcdef0123456789abcdef.plex.direct:32400",
                true,
            ),
            (
                "https://80-1-2-3.0123456789abcdef0123456789abcdef.plex.direct:32400",
                false,
            ),
        ] {
            assert_eq!(
                ServerUrl::parse(typed).unwrap().is_local(),
                local,
                "{typed}"
            );
        }
    }

    #[test]
    fn the_certificate_name_leads_back_to_the_address() {
        for typed in ["https://192.168.1.5:32400", "https://[fd00::5]:32400"] {
            let plain = ServerUrl::parse(typed).unwrap();
            let named = plain
                .with_certificate_name("0123456789abcdef0123456789abcdef")
                .unwrap();
            assert_eq!(
                dashed_address(&named.host).map(|a| a.to_string()),
                Some(plain.host.clone())
            );
        }
        assert_eq!(
            ServerUrl::parse("https://nas:1")
                .unwrap()
                .with_certificate_name("ab"),
            None
        );
    }

    #[test]
    fn keys_cannot_leave_their_place_in_a_path() {
        assert_eq!(
            percent_encoded("../1?x=%2f\u{e9}"),
            "..%2F1%3Fx%3D%252f%C3%A9"
        );
    }
}
