//! The inside of numbers and strings: where they end, and what is wrong with them.

use super::{Fault, Tokenizer};
use crate::encoding::TextEnd;
use crate::label::Label;

impl Tokenizer<'_> {
    pub(super) fn digits(&mut self, is_digit: impl Fn(&u8) -> bool) {
        while self.text.get(self.pos).is_some_and(&is_digit) {
            self.pos += 1;
        }
    }

    /// The digits after `0x` and its kin: at least one.
    fn based_digits(&mut self, is_digit: impl Fn(&u8) -> bool) -> Result<(), Fault> {
        self.pos += 2;
        if !self.text.get(self.pos).is_some_and(&is_digit) {
            return Err(Fault::InvalidToken);
        }
        self.digits(is_digit);
        self.long_suffix();
        Ok(())
    }

    fn long_suffix(&mut self) {
        if let Some(b'l' | b'L') = self.byte() {
            self.pos += 1;
        }
    }

    pub(super) fn number(&mut self) -> Result<(), Fault> {
        if self.byte() == Some(b'0') {
            match self.text.get(self.pos + 1) {
                Some(b'x' | b'X') => return self.based_digits(u8::is_ascii_hexdigit),
                Some(b'o' | b'O') => return self.based_digits(|b| (b'0'..b'8').contains(b)),
                Some(b'b' | b'B') => return self.based_digits(|b| matches!(b, b'0' | b'1')),
                _ => {}
            }
            self.digits(|b| (b'0'..b'8').contains(b));
            let octal_end = self.pos;
            self.digits(u8::is_ascii_digit);
            return match self.byte() {
                Some(b'.' | b'e' | b'E' | b'j' | b'J') => self.fraction(),
                _ if self.pos > octal_end => Err(Fault::InvalidToken),
                _ => {
                    self.long_suffix();
                    Ok(())
                }
            };
        }
        self.digits(u8::is_ascii_digit);
        match self.byte() {
            Some(b'l' | b'L') => {
                self.pos += 1;
                Ok(())
            }
            _ => self.fraction(),
        }
    }

    /// What may follow the whole part: a point and digits, an exponent, a `j`.
    pub(super) fn fraction(&mut self) -> Result<(), Fault> {
        if self.byte() == Some(b'.') || self.text.get(self.pos.wrapping_sub(1)) == Some(&b'.') {
            if self.byte() == Some(b'.') {
                self.pos += 1;
            }
            self.digits(u8::is_ascii_digit);
        }
        if let Some(b'e' | b'E') = self.byte() {
            match self.text.get(self.pos + 1) {
                Some(b'+' | b'-') => {
                    self.pos += 2;
                    if !self.byte().is_some_and(|b| b.is_ascii_digit()) {
                        return Err(Fault::InvalidToken);
                    }
                }
                Some(b) if b.is_ascii_digit() => self.pos += 1,
                // Two characters are put back: the number ends before the letter, which may begin a name.
                _ => return Ok(()),
            }
            self.digits(u8::is_ascii_digit);
        }
        if let Some(b'j' | b'J') = self.byte() {
            self.pos += 1;
        }
        Ok(())
    }

    /// A string literal from its opening quote, at which `pos` stands, to its end.
    pub(super) fn string(&mut self, quote: u8) -> Result<Label, Fault> {
        let quotes = &self.text[self.pos..];
        if quotes.get(1) == Some(&quote) {
            if quotes.get(2) != Some(&quote) {
                self.pos += 2;
                return Ok(Label::String);
            }
            self.pos += 3;
            self.triple_quoted(quote)?;
        } else {
            self.pos += 1;
            self.single_quoted(quote)?;
        }
        Ok(Label::String)
    }

    fn single_quoted(&mut self, quote: u8) -> Result<(), Fault> {
        loop {
            match self.byte() {
                Some(b'\n') => return Err(Fault::LineEndInString),
                Some(b'\\') => {
                    self.pos += 1;
                    self.escaped()?;
                }
                Some(b) => {
                    self.pos += 1;
                    if b == quote {
                        return Ok(());
                    }
                }
                None => return Err(self.end_in_string(Fault::LineEndInString)),
            }
        }
    }

    fn triple_quoted(&mut self, quote: u8) -> Result<(), Fault> {
        loop {
            let rest = &self.text[self.pos..];
            let Some(at) = memchr::memchr3(quote, b'\\', b'\n', rest) else {
                self.pos = self.text.len();
                return Err(self.end_in_string(Fault::EndInTripleQuoted));
            };
            self.pos += at + 1;
            match rest[at] {
                b'\n' if !self.begin_line(true)? => {
                    return Err(self.fault_at_end(Fault::EndInTripleQuoted));
                }
                b'\n' => {}
                b'\\' => self.escaped()?,
                _ if rest.get(at + 1) == Some(&quote) && rest.get(at + 2) == Some(&quote) => {
                    self.pos += 2;
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    /// The byte after a backslash in a string literal.
    fn escaped(&mut self) -> Result<(), Fault> {
        match self.byte() {
            Some(b'\n') => {
                self.pos += 1;
                if self.begin_line(true)? {
                    return Ok(());
                }
                // CPython meets the end one read later, when it may still be inside either kind of literal.
                Ok(())
            }
            Some(_) => {
                self.pos += 1;
                Ok(())
            }
            None => Err(self.end_in_string(Fault::LineEndInString)),
        }
    }

    /// The fault of a literal cut off by the end of a text without a last line end.
    fn end_in_string(&mut self, fault: Fault) -> Fault {
        match self.begin_line(true) {
            Err(undecodable) => undecodable,
            Ok(_) => self.fault_at_end(fault),
        }
    }

    /// The fault of a literal cut off by the end: CPython may first make up one more line end in a file.
    fn fault_at_end(&mut self, fault: Fault) -> Fault {
        if let TextEnd::File {
            makes_up_line: true,
        } = self.end
        {
            self.end = TextEnd::File {
                makes_up_line: false,
            };
            if fault == Fault::EndInTripleQuoted {
                self.line += 1;
                self.phantom = 1;
            }
        }
        let is_file = matches!(self.end, TextEnd::File { .. });
        if is_file && fault == Fault::EndInTripleQuoted && self.text[..self.pos].ends_with(b"\r\n")
        {
            // A carriage return that a codec left before the last line end goes only now, and takes a place along.
            self.pos -= 1;
        }
        fault
    }
}
