//! Why a file cannot be read as a location problem: always with the file, and the line where there is one.

/// A file that cannot be read, or a command that does not fit it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be opened or is too large.
    #[error("{file}: {message}")]
    File {
        /// File as given.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// The content is wrong.
    #[error("{file}, line {line}: {message}")]
    Line {
        /// File as given.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is there and what was expected.
        message: String,
    },
    /// The command lacks something or asks for something that the problem does not have.
    #[error("{file}: {message}")]
    Usage {
        /// File as given.
        file: String,
        /// What to give instead.
        message: String,
    },
}

/// A file's text with its name, from which errors are made.
pub(crate) struct Text<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl<'a> Text<'a> {
    pub(crate) fn whole(&self, message: impl Into<String>) -> Error {
        Error::File { file: self.file.to_owned(), message: message.into() }
    }
    pub(crate) fn at(&self, line: usize, message: impl Into<String>) -> Error {
        Error::Line { file: self.file.to_owned(), line, message: message.into() }
    }
    pub(crate) fn usage(&self, message: impl Into<String>) -> Error {
        Error::Usage { file: self.file.to_owned(), message: message.into() }
    }
    /// Words with their lines.
    pub(crate) fn words(&self) -> Words<'a, impl Iterator<Item = (usize, &'a str)> + use<'a>> {
        let words =
            self.text.lines().enumerate().flat_map(|(n, line)| line.split_whitespace().map(move |w| (n + 1, w)));
        Words { text: Text { file: self.file, text: self.text }, rest: words, line: 1 }
    }
}

/// The words of a file one after the other.
pub(crate) struct Words<'a, I> {
    text: Text<'a>,
    rest: I,
    /// Line of the last word.
    pub(crate) line: usize,
}

impl<'a, I: Iterator<Item = (usize, &'a str)>> Words<'a, I> {
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let (line, word) = self.rest.next()?;
        self.line = line;
        Some(word)
    }
    /// A word that must be there.
    pub(crate) fn word(&mut self, what: &str) -> Result<&'a str, Error> {
        match self.next() {
            Some(word) => Ok(word),
            None => Err(self.text.at(self.line, format!("the file ends where {what} should be"))),
        }
    }
    /// A whole number that must be there.
    pub(crate) fn number(&mut self, what: &str) -> Result<u64, Error> {
        let word = self.word(what)?;
        word.parse().map_err(|_| self.wrong(format!("{word:?} where {what} should be, a whole number of at least 0")))
    }
    /// A position from 1 to `count`, counted from 0 in the answer.
    pub(crate) fn position(&mut self, what: &str, count: u64) -> Result<u32, Error> {
        let value = self.number(what)?;
        if value == 0 || value > count {
            return Err(self.wrong(format!("{what} {value} does not exist, there are {count}")));
        }
        Ok((value - 1) as u32)
    }
    /// Nothing may follow.
    pub(crate) fn end(&mut self, what: &str) -> Result<(), Error> {
        match self.next() {
            None => Ok(()),
            Some(word) => Err(self.wrong(format!("{word:?} follows after {what}"))),
        }
    }
    pub(crate) fn wrong(&self, message: impl Into<String>) -> Error {
        self.text.at(self.line, message)
    }
}
