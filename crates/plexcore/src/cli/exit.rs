//! The exit codes of all tools, in one place.

use std::process::ExitCode;

/// How a tool ends. The numbers from 64 on are those of BSD's `sysexits.h`, so that a failure to
/// do the job can't be mistaken for a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The job is done; KEEP for `compare_metrics`. Also `--help`, `--version` and a closed pipe.
    Done = 0,
    /// A negative verdict, or the job failed in a way that the script itself reported.
    Negative = 1,
    /// MONITOR of `compare_metrics`, and nothing else.
    Monitor = 2,
    /// `plex_api_utils --verify`: the agent finished and changed nothing.
    Unchanged = 3,
    /// `plex_api_utils --verify`, `--wait`: the agent failed.
    AgentFailed = 4,
    /// `plex_api_utils --verify`, `--wait`: what was set off did not finish, or was lost in a restart.
    Unfinished = 5,
    /// The command line can't be understood.
    Usage = 64,
    /// An input was read, but is not what it should be.
    Data = 65,
    /// An input is missing or can't be read.
    NoInput = 66,
    /// The server can't be reached, or failed.
    Unavailable = 69,
    /// A fault in the tool itself.
    Internal = 70,
    /// An output can't be made.
    CannotCreate = 73,
    /// Reading or writing failed half-way.
    InputOutput = 74,
    /// It may work later: the server is starting, or a lock is held.
    TryAgain = 75,
    /// Not allowed: 401, 403, or the rights of a file.
    NotAllowed = 77,
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The worse of two outcomes, for runs that go on after a failure: the first failure stays.
    #[must_use]
    pub fn or(self, later: Self) -> Self {
        if self == Self::Done { later } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_is_remembered() {
        assert_eq!(Exit::Done.or(Exit::NoInput).or(Exit::Data), Exit::NoInput);
    }
}
