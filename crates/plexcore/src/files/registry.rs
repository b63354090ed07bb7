//! What a Plex server on Windows keeps in the registry of the account that it runs under.

use std::path::Path;
use std::process::Command;

use super::plex_folders::Surroundings;

/// The server's key (support.plex.tv/articles/201105343).
pub const KEY: &str = r"HKCU\Software\Plex, Inc.\Plex Media Server";

/// A value of the server's key, asked of Windows' own `reg.exe`: it comes through a pipe and is
/// seen by nobody else. `None` on other systems.
pub fn value(here: &Surroundings, name: &str) -> Option<String> {
    let program = Path::new(here.variable("SystemRoot")?)
        .join("System32")
        .join("reg.exe");
    let output = Command::new(program)
        .args(["query", KEY, "/v", name])
        .output()
        .ok()?;
    printed_value(&String::from_utf8_lossy(&output.stdout), name)
}

/// The value in what `reg query` prints: `    NAME    REG_SZ    VALUE`.
fn printed_value(printed: &str, name: &str) -> Option<String> {
    let line = printed
        .lines()
        .find_map(|line| line.trim().strip_prefix(name))?;
    let value = line.trim_start().strip_prefix("REG_SZ")?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reg_prints_is_read() {
        let printed = "\r\nHKEY_CURRENT_USER\\Software\\Plex, Inc.\\Plex Media Server\r\n    LocalAppDataPath    REG_SZ    D:\\Plex Data\r\n\r\n";
        assert_eq!(
            printed_value(printed, "LocalAppDataPath").as_deref(),
            Some("D:\\Plex Data")
        );
        assert_eq!(printed_value(printed, "CertificateUUID"), None);
        assert_eq!(
            printed_value("    LocalAppDataPath    REG_SZ    \r\n", "LocalAppDataPath"),
            None
        );
    }
}
