//! The items of a list, page by page.
//!
//! A server may give fewer items than asked for, more, or all of them; it may leave out where its page begins
//! and how many there are. So the next page begins after what came, never after what was asked for,
//! and the list ends when the server's own total is reached or nothing new comes.
//! A page that breaks off is asked for again from the item after the last.

use plexcore::xml::{Container, Item, Section};

use crate::client::{Answer, Call, Client};
use crate::fault::Fault;
use crate::retry::Retry;
use crate::server_url::percent_encoded;

/// Items per page: small enough for a slow server's patience, large enough that round trips don't count.
const PAGE: u64 = 500;

/// Reads one list.
pub(crate) struct Items<'a> {
    client: &'a Client,
    call: Call,
    page_size: u64,
    answer: Option<Answer<'a>>,
    /// How many entries of the list were given out.
    given: u64,
    /// The list's length as the server last gave it.
    total: Option<u64>,
    /// Entries of this page that were given out before.
    to_skip: u64,
    /// The page does not say where it begins.
    is_offset_unknown: bool,
    entries_in_page: u64,
    given_before_page: u64,
    first_key: Option<String>,
    failures: u32,
    is_done: bool,
}

/// The request for a section's items.
pub(crate) fn of_section(section: &str, kind: Option<u8>) -> Call {
    let mut call = Call::get(format!(
        "/library/sections/{}/all",
        percent_encoded(section)
    ));
    if let Some(kind) = kind {
        call = call.with("type", kind);
    }
    call
}

/// The request for everything in a section that has a file.
pub(crate) fn leaves_of(section: &Section) -> Call {
    of_section(&section.key, section.leaf_type_number())
}

impl<'a> Items<'a> {
    /// The list that a request asks for; `most` is how many items are wanted.
    pub(crate) fn new(client: &'a Client, mut call: Call, most: Option<usize>) -> Self {
        call.is_long = true;
        let wanted = most.and_then(|n| u64::try_from(n).ok()).unwrap_or(PAGE);
        Self {
            client,
            call,
            page_size: wanted.clamp(1, PAGE),
            answer: None,
            given: 0,
            total: None,
            to_skip: 0,
            is_offset_unknown: false,
            entries_in_page: 0,
            given_before_page: 0,
            first_key: None,
            failures: 0,
            is_done: false,
        }
    }

    /// The list's length, once a page has said it.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// Ends the reading before the end of the list. A page of which everything has come is read to its end,
    /// so that its connection can be used again.
    pub(crate) fn close(mut self) {
        if let Some(answer) = self
            .answer
            .as_mut()
            .filter(|_| self.entries_in_page >= self.page_size)
        {
            drop(answer.next_child());
        }
    }

    /// Whether the list goes on after what was given out; asks for more only if the server gave no total.
    pub(crate) fn has_more(&mut self) -> Result<bool, Fault> {
        match self.total {
            Some(total) => Ok(self.given < total),
            None => self.next().map(|next| next.is_some()),
        }
    }

    /// The next item; `None` at the end of the list.
    pub(crate) fn next(&mut self) -> Result<Option<Item>, Fault> {
        while !self.is_done {
            match self.step() {
                Ok(Some(item)) => return Ok(Some(item)),
                Ok(None) => {}
                Err(fault) => self.recover(fault)?,
            }
        }
        Ok(None)
    }

    /// One entry, or one page's beginning or end; `None` if that gave no item.
    fn step(&mut self) -> Result<Option<Item>, Fault> {
        let Some(answer) = &mut self.answer else {
            self.open_page()?;
            return Ok(None);
        };
        let Some(element) = answer.next_child()? else {
            self.answer = None;
            self.end_page()?;
            return Ok(None);
        };
        self.failures = 0;
        self.entries_in_page += 1;
        if self.is_offset_unknown {
            self.is_offset_unknown = false;
            // A server that ignores paging begins with the same item again.
            if self.given > 0 && element.get("ratingKey") == self.first_key.as_deref() {
                self.to_skip = self.given;
            }
        }
        if self.to_skip > 0 {
            self.to_skip -= 1;
            return Ok(None);
        }
        self.given += 1;
        if self.given == 1 {
            self.first_key = element.get("ratingKey").map(str::to_owned);
        }
        // What has no rating key is no item, but has its place in the list.
        Ok(Item::of(element).ok())
    }

    fn open_page(&mut self) -> Result<(), Fault> {
        self.call.page = Some((self.given, self.page_size));
        let answer = self.client.open(&self.call)?;
        let container = Container::of(&answer.root);
        self.total = container.total.or(answer.header_total).or(self.total);
        self.entries_in_page = 0;
        self.given_before_page = self.given;
        let offset = container.offset.or(answer.header_offset);
        if let Some(offset) = offset.filter(|offset| *offset > self.given) {
            let message = format!(
                "expected the list from entry {}, found it from entry {offset}",
                self.given
            );
            return Err(Fault::NotPlex(message));
        }
        self.to_skip = offset.map_or(0, |offset| self.given - offset);
        self.is_offset_unknown = offset.is_none();
        self.answer = Some(answer);
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), Fault> {
        let has_more = self.total.is_some_and(|total| self.given < total);
        if self.given == self.given_before_page {
            if has_more {
                let total = self.total.unwrap_or_default();
                return Err(Fault::NotPlex(format!(
                    "the list stops after {} of {total} entries",
                    self.given
                )));
            }
            self.is_done = true;
        } else if self.total.is_some() {
            self.is_done = !has_more;
        } else {
            // Without a total only a page that is larger than asked for is sure to be all.
            self.is_done = self.entries_in_page > self.page_size;
        }
        Ok(())
    }

    /// After a break in the middle of a page: once more from where it broke, if that may help.
    fn recover(&mut self, fault: Fault) -> Result<(), Fault> {
        let broke_in_page = self.answer.take().is_some();
        let retry = Retry {
            times: if broke_in_page {
                self.client.manner.retry.times
            } else {
                0
            },
        };
        let pause = if fault.is_passing() {
            retry.pause(self.failures, None)
        } else {
            None
        };
        match pause {
            Some(pause) if pause < self.client.manner.deadline.left() => {
                self.failures += 1;
                if self.client.cancel.sleep(pause) {
                    Ok(())
                } else {
                    Err(Fault::Cancelled)
                }
            }
            _ => Err(fault),
        }
    }
}
