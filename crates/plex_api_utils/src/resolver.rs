//! Host names to addresses, with the names that need no question answered here.

use std::net::{IpAddr, SocketAddr};

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::server_url::dashed_address;

/// Answers plain addresses and `plex.direct` names itself and asks the system for the rest.
#[derive(Debug, Default)]
pub(crate) struct LocalFirst {
    system: DefaultResolver,
}

impl Resolver for LocalFirst {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let known: Option<IpAddr> = bare.parse().ok().or_else(|| dashed_address(bare));
        match (known, uri.port_u16()) {
            (Some(address), Some(port)) => {
                let mut found = self.empty();
                found.push(SocketAddr::new(address, port));
                Ok(found)
            }
            _ => self.system.resolve(uri, config, timeout),
        }
    }
}
