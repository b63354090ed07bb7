//! Just enough of HTTP/1.1 for a server on loopback.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use super::Stream;

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `PUT`, ...
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    /// The decoded path.
    pub path: String,
    /// The decoded query in order.
    pub query: Vec<(String, String)>,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A query argument.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Headers besides `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A response with a body of a content type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    /// The page that Plex sends with an error: a heading and nothing else.
    pub fn html(status: u16) -> Self {
        let phrase = phrase(status);
        let body = format!(
            "<html><head><title>{phrase}</title></head><body><h1>{status} {phrase}</h1></body></html>"
        );
        Self::new(status, "text/html", body)
    }

    /// A response without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// The response with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }
}

/// A TCP connection that is not encrypted; a type of its own, so that it reads in large pieces.
pub(crate) struct Plain(TcpStream);

impl Plain {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self(stream)
    }
}

impl Read for Plain {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out)
    }
}

impl Write for Plain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Reads one request; `None` when the client has closed the connection.
pub(crate) fn read_request(
    stream: &mut dyn Stream,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<Request>> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if !read_more(stream, buffer)? {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let request = parse_head(&head)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not an HTTP request"))?;
    let length = request
        .header("content-length")
        .and_then(|n| n.parse().ok())
        .unwrap_or(0_usize);
    while buffer.len() < end + length {
        if !read_more(stream, buffer)? {
            return Ok(None);
        }
    }
    buffer.drain(..end + length);
    Ok(Some(request))
}

fn read_more(stream: &mut dyn Stream, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut chunk = [0; 4096];
    let read = stream.read(&mut chunk)?;
    buffer.extend_from_slice(&chunk[..read]);
    Ok(read > 0)
}

fn parse_head(head: &str) -> Option<Request> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Some(Request {
        method: method.to_owned(),
        target: target.to_owned(),
        path: decode(path),
        query: query
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(key, value)| {
                (
                    decode(&key.replace('+', " ")),
                    decode(&value.replace('+', " ")),
                )
            })
            .collect(),
        headers: headers.collect(),
    })
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let value = escaped
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(value.unwrap_or(bytes[at]));
        at += if value.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The bytes of a response.
pub(crate) fn to_bytes(response: &Response) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {} {}\r\n",
        response.status,
        phrase(response.status)
    )
    .into_bytes();
    for (name, value) in &response.headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if response.status != 204 {
        bytes.extend_from_slice(format!("Content-Length: {}\r\n", response.body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"X-Plex-Protocol: 1.0\r\n\r\n");
    bytes.extend_from_slice(&response.body);
    bytes
}

pub(crate) fn write_response(stream: &mut dyn Stream, response: &Response) -> io::Result<()> {
    stream.write_all(&to_bytes(response))?;
    stream.flush()
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        302 => "Found",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_taken_apart() {
        let head = "PUT /library/metadata/1/match?guid=a%3A%2F%2Fb&name=A+B&x HTTP/1.1\r\nHost: h\r\nX-Plex-Token:  t \r\n\r\n";
        let request = parse_head(head).unwrap();
        assert_eq!(request.path, "/library/metadata/1/match");
        assert_eq!(
            (request.argument("guid"), request.argument("name")),
            (Some("a://b"), Some("A B"))
        );
        assert_eq!(
            (request.argument("x"), request.header("x-plex-token")),
            (Some(""), Some("t"))
        );
    }
}
