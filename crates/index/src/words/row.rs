//! A passage as it is handed to tantivy.
//!
//! tantivy's own document packs its values when they are added, words that were cut beforehand as JSON, and unpacks them each
//! time it looks at them; for passages, of which there are millions, that was a tenth of the cost of their words.

use std::slice;

use tantivy::schema::document::Document;
use tantivy::schema::{Field, OwnedValue};

/// The values of a passage; a field may have several.
#[derive(Debug, Default)]
pub(crate) struct Row(Vec<(Field, OwnedValue)>);

impl Row {
    pub(super) fn add(&mut self, field: Field, value: impl Into<OwnedValue>) {
        self.0.push((field, value.into()));
    }
}

impl Document for Row {
    type Value<'a> = &'a OwnedValue;
    type FieldsValuesIter<'a> = Values<'a>;

    fn iter_fields_and_values(&self) -> Values<'_> {
        Values(self.0.iter())
    }
}

/// All values of a passage.
pub(crate) struct Values<'a>(slice::Iter<'a, (Field, OwnedValue)>);

impl<'a> Iterator for Values<'a> {
    type Item = (Field, &'a OwnedValue);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(field, value)| (*field, value))
    }
}
