//! A passage as it is handed to tantivy.
//!
//! tantivy's own document packs its values when they are added and unpacks them each time it looks at them, and its own values
//! hold a copy of each text; for passages, of which there are millions, that was a tenth of the cost of their words. What all passages of a document
//! have in common they share.

use std::iter::Empty;
use std::slice;
use std::sync::Arc;

use tantivy::schema::Field;
use tantivy::schema::document::{Document, ReferenceValue, ReferenceValueLeaf, Value};

/// The values of a passage; a field may have several.
#[derive(Debug)]
pub(crate) struct Row(Vec<(Field, Cell)>);

/// A value of a passage.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Number(u64),
    Text(String),
    /// A text that other passages have, too.
    Shared(Arc<str>),
    Bytes(Vec<u8>),
}

impl Row {
    /// With room for the values that most passages have.
    pub(super) fn new() -> Self {
        const USUAL: usize = 14;
        Self(Vec::with_capacity(USUAL))
    }

    pub(super) fn add(&mut self, field: Field, value: impl Into<Cell>) {
        self.0.push((field, value.into()));
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Arc<str>> for Cell {
    fn from(text: Arc<str>) -> Self {
        Self::Shared(text)
    }
}

impl From<Vec<u8>> for Cell {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> Value<'a> for &'a Cell {
    type ArrayIter = Empty<Self>;
    type ObjectIter = Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self {
            Cell::Number(number) => ReferenceValueLeaf::U64(*number),
            Cell::Text(text) => ReferenceValueLeaf::Str(text),
            Cell::Shared(text) => ReferenceValueLeaf::Str(text),
            Cell::Bytes(bytes) => ReferenceValueLeaf::Bytes(bytes),
        })
    }
}

impl Document for Row {
    type Value<'a> = &'a Cell;
    type FieldsValuesIter<'a> = Cells<'a>;

    fn iter_fields_and_values(&self) -> Cells<'_> {
        Cells(self.0.iter())
    }
}

/// All values of a passage.
pub(crate) struct Cells<'a>(slice::Iter<'a, (Field, Cell)>);

impl<'a> Iterator for Cells<'a> {
    type Item = (Field, &'a Cell);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(field, value)| (*field, value))
    }
}
