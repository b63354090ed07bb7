//! Which certificates are trusted: public authorities, one's own, a pinned one, or any.
//!
//! ureq's own TLS can't pin, so the connection is wrapped here, in the same way as ureq does it.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme,
    StreamOwned,
};
use sha2::{Digest, Sha256};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
    TransportAdapter,
};

use plexcore::backup::hex;
use plexcore::cli::{Exit, Failure};

/// What to trust.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Trust {
    /// The public authorities.
    #[default]
    Public,
    /// Those and the certificates of a PEM file.
    Also(Vec<Vec<u8>>),
    /// One certificate, by its SHA-256.
    Pin([u8; 32]),
    /// Anything.
    Anything,
}

impl Trust {
    /// The certificates of a PEM file.
    pub(crate) fn from_file(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path).map_err(plexcore::Error::read(path))?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
        match certificates {
            Ok(found) if !found.is_empty() => Ok(Self::Also(
                found.into_iter().map(|one| one.to_vec()).collect(),
            )),
            _ => Err(Failure::new(
                Exit::Data,
                format!(
                    "cannot use {}: expected certificates in PEM",
                    path.display()
                ),
            )),
        }
    }

    /// A pin as people copy it: 64 hex digits, with or without colons and a `sha256:` before them.
    pub(crate) fn from_pin(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let text = text.strip_prefix("sha256:").unwrap_or(&text);
        let digits: Vec<u8> = text.bytes().filter(|byte| !b": ".contains(byte)).collect();
        let mut pin = [0; 32];
        if digits.len() != 64 {
            return None;
        }
        for (byte, pair) in pin.iter_mut().zip(digits.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self::Pin(pin))
    }
}

/// The last certificate that was refused, for the message.
pub(crate) type Refused = Arc<Mutex<Option<String>>>;

/// Wraps connections to https URLs.
pub(crate) struct TlsConnector {
    config: Arc<ClientConfig>,
}

impl std::fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsConnector")
    }
}

impl TlsConnector {
    pub(crate) fn new(trust: Trust, refused: Refused) -> Result<Self, Failure> {
        let fault = |error: &dyn std::fmt::Display| {
            Failure::new(Exit::Internal, format!("cannot set up TLS: {error}"))
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        if let Trust::Also(certificates) = &trust {
            roots.add_parsable_certificates(
                certificates
                    .iter()
                    .map(|one| CertificateDer::from(one.clone())),
            );
        }
        let public =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .map_err(|error| fault(&error))?;
        let verifier = Verifier {
            trust,
            public,
            provider: Arc::clone(&provider),
            refused,
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| fault(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
        })
    }
}

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, TlsTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else {
            return Ok(None);
        };
        if !details.needs_tls() || transport.is_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let host = details
            .uri
            .host()
            .unwrap_or_default()
            .trim_start_matches('[')
            .trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| Error::Tls("the host is no name that a certificate could hold"))?;
        let mut connection =
            ClientConnection::new(Arc::clone(&self.config), name).map_err(Error::Rustls)?;
        let mut socket = TransportAdapter::new(transport.boxed(), details.current_time.clone());
        socket.set_timeout(details.timeout);
        connection.complete_io(&mut socket)?;
        let buffers = LazyBuffers::new(
            details.config.input_buffer_size(),
            details.config.output_buffer_size(),
        );
        Ok(Some(Either::B(TlsTransport {
            buffers,
            stream: StreamOwned::new(connection, socket),
        })))
    }
}

/// A connection under TLS.
pub(crate) struct TlsTransport {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl std::fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsTransport")
    }
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = &self.buffers.output()[..amount];
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = self.stream.read(input)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct Verifier {
    trust: Trust,
    public: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
    refused: Refused,
}

impl Verifier {
    fn is_trusted_by_itself(&self, certificate: &CertificateDer<'_>) -> bool {
        match &self.trust {
            Trust::Public => false,
            // A self-signed certificate is no authority; given by the person, it is trusted as it stands.
            Trust::Also(given) => given
                .iter()
                .any(|one| one.as_slice() == certificate.as_ref()),
            Trust::Pin(pin) => Sha256::digest(certificate).as_slice() == pin,
            Trust::Anything => true,
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.is_trusted_by_itself(certificate) {
            return Ok(ServerCertVerified::assertion());
        }
        let outcome = match self.trust {
            Trust::Pin(_) => Err(rustls::Error::General(
                "its certificate is not the pinned one".to_owned(),
            )),
            _ => self
                .public
                .verify_server_cert(certificate, intermediates, name, ocsp, now),
        };
        if outcome.is_err() {
            let fingerprint = hex(&Sha256::digest(certificate));
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(fingerprint);
        }
        outcome
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_taken_as_tools_print_them() {
        let plain = "00".repeat(31) + "ff";
        let colons = plain
            .as_bytes()
            .chunks(2)
            .map(|p| std::str::from_utf8(p).unwrap())
            .collect::<Vec<_>>()
            .join(":")
            .to_uppercase();
        let mut pin = [0; 32];
        pin[31] = 255;
        for text in [plain.clone(), colons, format!("sha256:{plain}")] {
            assert_eq!(Trust::from_pin(&text), Some(Trust::Pin(pin)), "{text}");
        }
        for text in ["", "00ff", &"zz".repeat(32), &"0".repeat(65)] {
            assert_eq!(Trust::from_pin(text), None, "{text}");
        }
    }
}
