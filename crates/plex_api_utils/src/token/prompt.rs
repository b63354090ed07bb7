//! The question for the token.

use std::io::{self, BufRead, IsTerminal, Write};

use plexcore::secret::Secret;

/// How to get at a token by hand; the script's words, with a way that still works.
const HOW_TO: &str = "\
Plex token not found automatically.
To get your token:
  1. Open Plex Web (http://localhost:32400/web) and sign in as the server's owner
  2. Open an item, choose \"Get Info\", then \"View XML\"
  3. Copy what follows X-Plex-Token= in the address of the page
";

/// Asks at a terminal without showing what is typed; elsewhere one line of standard input is the answer.
/// `None` if there is no answer.
pub(super) fn ask() -> io::Result<Option<Secret>> {
    if io::stdin().is_terminal() {
        let mut err = io::stderr();
        write!(err, "\n{HOW_TO}")?;
        return Ok(Secret::new(&rpassword::prompt_password(
            "\nEnter Plex token: ",
        )?));
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(Secret::new(&line))
}
