//! The result of reading a transaction set: a value, and what could not be read.

use mc_x12::tree::{self, Node, TreeError};
use mc_x12::{Finding, Transaction};
use serde::Serialize;

/// Why a transaction set cannot be read as a typed value.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ViewError {
    /// The transaction set has no known guide.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// It is another transaction set (ST01), or another kind by its version.
    #[error("the transaction set is not a {expected}")]
    WrongTransaction { expected: &'static str },
    /// A part could not be read ([`Read::strict`]): the first one, with its place.
    #[error("{}: {}", .0.place, .0)]
    Unread(Finding<'static>),
}

/// A value that was read, and what could not be read.
///
/// What is missing or unreadable is absent from the value: a text is empty, an amount or date is
/// `None`, and the rest is read. A caller that must have everything uses [`Read::strict`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Read<T> {
    pub value: T,
    /// The place, code and kind of everything that is absent, in the order of the input; never a
    /// value. Segments without a place in the guide are listed here too.
    pub unread: Vec<Finding<'static>>,
}

impl<T> Read<T> {
    /// Whether everything was read.
    pub fn is_complete(&self) -> bool {
        self.unread.is_empty()
    }

    /// The value, where everything was read.
    ///
    /// # Errors
    /// [`ViewError::Unread`] with the first part that was not.
    pub fn strict(self) -> Result<T, ViewError> {
        match self.unread.first() {
            None => Ok(self.value),
            Some(first) => Err(ViewError::Unread(*first)),
        }
    }

    /// Another view of the value.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Read<U> {
        Read {
            value: view(self.value),
            unread: self.unread,
        }
    }

    /// Reads the loops of a transaction set with this ST01.
    pub(crate) fn of(
        transaction: &Transaction<'_>,
        expected: &'static str,
        view: impl FnOnce(&Node<'_>) -> T,
    ) -> Result<Self, ViewError> {
        if transaction.id != expected {
            return Err(ViewError::WrongTransaction { expected });
        }
        let tree = tree::read(transaction)?;
        Ok(Self {
            value: view(&tree.root),
            unread: tree.unread,
        })
    }
}
