//! A Plex server that answers as the real one does, ill as well as well.
//!
//! [`FakePlex::start`] listens on loopback and serves a made-up [`library`]. What is wrong with it is
//! in its [`Setup`]: paging that caps, a server that is starting, faults on single paths
//! ([`fault`]), a scripted metadata [`agent`] that changes items, tells it by events and activities,
//! and writes the plug-in log lines that real agents write. The shapes of the answers follow what
//! is publicly known of the API; there is no real server behind it.

pub mod agent;
pub mod code;
pub mod events;
pub mod fault;
pub mod http;
pub mod library;
pub mod plugin_log;
mod render;
mod routes;
pub mod setup;
pub mod tls;

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use self::events::Bus;
use self::fault::Rule;
use self::http::Request;
use self::library::Library;
pub use self::setup::Setup;

/// A running server; it stops when dropped.
pub struct FakePlex {
    address: SocketAddr,
    server: Arc<Server>,
    listener: Option<JoinHandle<()>>,
}

/// What the threads of a server share.
pub(crate) struct Server {
    pub(crate) setup: Setup,
    pub(crate) library: Mutex<Library>,
    pub(crate) activities: Mutex<Vec<agent::Activity>>,
    pub(crate) queue: Mutex<agent::Queue>,
    pub(crate) bus: Bus,
    pub(crate) tls: Option<tls::Identity>,
    pub(crate) log_folder: Option<PathBuf>,
    rules: Mutex<Vec<Rule>>,
    seen: Mutex<Vec<Request>>,
    open: Mutex<Vec<TcpStream>>,
    connections: AtomicU64,
    refusals_left: AtomicU64,
    /// Grows with every restart; work begun before it is lost, as in a real server.
    pub(crate) generation: AtomicU64,
    down_until: Mutex<Option<Instant>>,
    stopping: AtomicBool,
}

/// Takes a lock whose holder may have panicked: the data of a test double is still good enough.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Seconds since 1970.
pub(crate) fn unix_seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

impl FakePlex {
    /// Starts a server on a free port of loopback (or on the port that the setup names).
    pub fn start(setup: Setup) -> io::Result<Self> {
        plugin_log::local_offset();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, setup.port))?;
        let address = listener.local_addr()?;
        let tls = match &setup.tls {
            Some(wanted) => Some(tls::Identity::new(wanted)?),
            None => None,
        };
        let server = Arc::new(Server {
            library: Mutex::new(Library::generate(&setup)),
            activities: Mutex::new(agent::idle_activities()),
            queue: Mutex::default(),
            bus: Bus::default(),
            tls,
            log_folder: setup.log_folder.clone(),
            rules: Mutex::new(setup.faults.clone()),
            seen: Mutex::default(),
            open: Mutex::default(),
            connections: AtomicU64::new(0),
            refusals_left: AtomicU64::new(setup.starting),
            generation: AtomicU64::new(0),
            down_until: Mutex::default(),
            stopping: AtomicBool::new(false),
            setup,
        });
        let shared = Arc::clone(&server);
        let listener = std::thread::spawn(move || accept(&shared, &listener));
        Ok(Self {
            address,
            server,
            listener: Some(listener),
        })
    }

    /// `http://127.0.0.1:PORT`, or `https://...` with TLS.
    pub fn url(&self) -> String {
        let scheme = if self.server.tls.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every request so far, in order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.server.seen).clone()
    }

    /// How many connections were opened so far.
    pub fn n_connections(&self) -> u64 {
        self.server.connections.load(Ordering::SeqCst)
    }

    /// The library, to look at or to change.
    pub fn library(&self) -> MutexGuard<'_, Library> {
        lock(&self.server.library)
    }

    /// The certificate authority in PEM, for a server with TLS.
    pub fn authority_pem(&self) -> Option<&str> {
        self.server
            .tls
            .as_ref()
            .map(|identity| identity.authority_pem.as_str())
    }

    /// SHA-256 of the server's certificate in lower-case hex, for a server with TLS.
    pub fn fingerprint(&self) -> Option<&str> {
        self.server
            .tls
            .as_ref()
            .map(|identity| identity.fingerprint.as_str())
    }

    /// Restarts it: what was running is lost, connections break, and for a while nobody answers.
    pub fn restart(&self, down_for: Duration) {
        self.server.restart(down_for);
    }

    /// Waits until somebody ends the process; for use by hand.
    pub fn serve_for_ever(mut self) {
        if let Some(listener) = self.listener.take() {
            // The thread ends with the process; if it panicked, there is nothing left to serve.
            drop(listener.join());
        }
    }
}

impl Drop for FakePlex {
    fn drop(&mut self) {
        self.server.stopping.store(true, Ordering::SeqCst);
        self.server.generation.fetch_add(1, Ordering::SeqCst);
        self.server.close_connections();
        // Wakes the listener, which then sees that it should stop.
        drop(TcpStream::connect(self.address));
        if let Some(listener) = self.listener.take() {
            drop(listener.join());
        }
    }
}

impl Server {
    fn close_connections(&self) {
        self.bus.close();
        for stream in lock(&self.open).drain(..) {
            // A connection that its client has closed already is no fault.
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    pub(crate) fn restart(&self, down_for: Duration) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        *lock(&self.down_until) = Some(Instant::now() + down_for);
        *lock(&self.activities) = agent::idle_activities();
        self.close_connections();
    }

    fn is_down(&self) -> bool {
        lock(&self.down_until).is_some_and(|until| Instant::now() < until)
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Whether this request is one of those that meet a server still starting.
    pub(crate) fn refuses_as_starting(&self) -> bool {
        let one_less = |left: u64| left.checked_sub(1);
        self.refusals_left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
            .is_ok()
    }

    /// The fault that a request meets, if any; counts it off.
    fn fault_for(&self, request: &Request) -> Option<fault::Fault> {
        let mut rules = lock(&self.rules);
        rules
            .iter_mut()
            .find_map(|rule| rule.applies_to(request).then(|| rule.take()))
    }
}

fn accept(server: &Arc<Server>, listener: &TcpListener) {
    for stream in listener.incoming() {
        if server.is_stopping() {
            return;
        }
        let Ok(stream) = stream else { continue };
        if server.is_down() {
            continue;
        }
        server.connections.fetch_add(1, Ordering::SeqCst);
        if let Ok(clone) = stream.try_clone() {
            lock(&server.open).push(clone);
        }
        let server = Arc::clone(server);
        std::thread::spawn(move || {
            let closer = stream.try_clone();
            // A client that goes away in the middle is what some tests are about.
            drop(serve_connection(&server, stream));
            // The list of open connections holds it too, so it would stay open.
            drop(closer.and_then(|stream| stream.shutdown(Shutdown::Both)));
        });
    }
}

fn serve_connection(server: &Arc<Server>, stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match &server.tls {
        Some(identity) => serve_stream(server, &mut identity.accept(stream)?),
        None => serve_stream(server, &mut http::Plain::new(stream)),
    }
}

/// Either kind of connection.
pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

fn serve_stream(server: &Arc<Server>, stream: &mut dyn Stream) -> io::Result<()> {
    let mut buffer = Vec::new();
    while let Some(request) = http::read_request(stream, &mut buffer)? {
        lock(&server.seen).push(request.clone());
        if !server.setup.latency.is_zero() {
            std::thread::sleep(server.setup.latency);
        }
        if let Some(fault) = server.fault_for(&request) {
            if !fault.play(server, &request, stream)? {
                return Ok(());
            }
            continue;
        }
        if request.path == "/:/eventsource/notifications" && server.setup.events.is_served() {
            return events::stream(server, &request, stream);
        }
        let response = routes::answer(server, &request);
        http::write_response(stream, &response)?;
    }
    Ok(())
}
