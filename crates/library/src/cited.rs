//! Findings as they are printed: with documents in place of their ids, and links.

use std::cell::RefCell;
use std::collections::BTreeMap;

use analysis::{Area, Key, Listed, Store};
use archive::Archive;
use index::{Catalogue, CopyReason, Index, Known};
use record::{DocumentId, Place, address};
use serde::{Deserialize as _, Serialize};
use serde_json::{Map, Value};

use crate::LibraryError;
use crate::documents::newest;

/// Documents as they are printed where findings name them; each is looked up once.
pub struct Cited<'a> {
    archive: &'a Archive,
    catalogue: &'a Catalogue,
    documents: RefCell<BTreeMap<String, Option<Value>>>,
}

impl<'a> Cited<'a> {
    /// The documents of an archive.
    pub fn of(archive: &'a Archive, index: &'a Index) -> Self {
        Self { archive, catalogue: index.catalogue(), documents: RefCell::default() }
    }

    /// A finding with documents in place of their ids.
    ///
    /// # Errors
    ///
    /// If the catalogue can't be read.
    pub fn value(&self, finding: &impl Serialize) -> Result<Value, LibraryError> {
        let mut value = serde_json::to_value(finding)?;
        self.put_documents(&mut value)?;
        Ok(value)
    }

    /// A finding as it is kept, with documents in place of their ids.
    ///
    /// # Errors
    ///
    /// If it is damaged, or the catalogue can't be read.
    pub fn kept(&self, line: &str) -> Result<Value, LibraryError> {
        let mut value = serde_json::from_str(line)?;
        self.put_documents(&mut value)?;
        Ok(value)
    }

    /// Visits the findings of an area in order, or those of them that have a key, until `visit` says `false`.
    ///
    /// # Errors
    ///
    /// If the findings or the catalogue can't be read, or what `visit` says.
    pub fn each<E: From<LibraryError>>(
        &self,
        store: &Store,
        area: Area,
        key: Option<Key<'_>>,
        mut visit: impl FnMut(Value) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut failed = Ok(());
        let visit = |line: &str| {
            let next = self.kept(line).map_err(E::from).and_then(&mut visit);
            next.unwrap_or_else(|error| {
                failed = Err(error);
                false
            })
        };
        let read = match key {
            Some(key) => store.each_with(area, key, visit),
            None => store.each(area, visit),
        };
        read.map_err(LibraryError::from)?;
        failed
    }

    /// Puts documents where their ids stand, and beside each a link to the place.
    fn put_documents(&self, value: &mut Value) -> Result<(), LibraryError> {
        match value {
            Value::Object(fields) => {
                fields.values_mut().try_for_each(|field| self.put_documents(field))?;
                let id = fields.get("document").and_then(Value::as_str).unwrap_or_default();
                if let Some(document) = self.document(id)? {
                    fields.insert("document".to_owned(), document);
                    let link = link(fields);
                    fields.insert("link".to_owned(), link.into());
                }
                Ok(())
            }
            Value::Array(values) => values.iter_mut().try_for_each(|value| self.put_documents(value)),
            _ => Ok(()),
        }
    }

    /// The document with an id: of revisions the newest.
    fn document(&self, id: &str) -> Result<Option<Value>, LibraryError> {
        if let Some(known) = self.documents.borrow().get(id) {
            return Ok(known.clone());
        }
        let Ok(parsed) = id.parse::<DocumentId>() else { return Ok(None) };
        let known = leaders(self.catalogue.by_id(&parsed)?);
        let document =
            newest(self.archive, known).map(|known| serde_json::to_value(known.document)).transpose()?;
        self.documents.borrow_mut().insert(id.to_owned(), document.clone());
        Ok(document)
    }
}

/// Those that no other document of the same address stands for.
fn leaders(known: Vec<Known>) -> Vec<Known> {
    let is_leader =
        |known: &Known| !known.copy_of.as_ref().is_some_and(|copied| has_its_address(copied.reason));
    known.into_iter().filter(is_leader).collect()
}

/// The documents that findings are looked for in, one of each id: all but what has the address of another.
///
/// A clip that was posted twice is looked at twice: that two outlets carried it is a finding, too.
///
/// # Errors
///
/// If the catalogue can't be read.
pub fn listed(archive: &Archive, catalogue: &Catalogue) -> Result<Vec<Listed>, LibraryError> {
    let mut of_id: BTreeMap<DocumentId, Vec<Known>> = BTreeMap::new();
    catalogue.each_document(|known| {
        of_id.entry(known.document.id.clone()).or_default().push(known);
        true
    })?;
    let newest = of_id.into_values().filter_map(|same| newest(archive, leaders(same)));
    let listed = newest.map(|known| Listed {
        document: known.document,
        content: known.content,
        sidecar_content: known.sidecar_content,
        language: known.language,
    });
    Ok(listed.collect())
}

/// Whether a copy is of one address with what stands for it.
pub fn has_its_address(reason: CopyReason) -> bool {
    matches!(reason, CopyReason::SameRecording | CopyReason::Revision)
}

/// A spelling proposed for a name in a segment; what was heard stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// What was heard.
    pub heard: String,
    /// How the name is spelt.
    pub canonical: String,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// The segment, counted from 0.
    #[serde(skip)]
    pub segment: u64,
}

/// The repairs that some findings propose for a document.
///
/// # Errors
///
/// If they can't be read.
pub fn repairs(store: Option<&Store>, document: &DocumentId) -> Result<Vec<Repair>, LibraryError> {
    let mut repairs = Vec::new();
    let Some(store) = store else { return Ok(repairs) };
    store.each_with(Area::Names, Key::Document(document.as_str()), |line| {
        // The evidence for a repair is in other documents.
        if let Ok(finding) = serde_json::from_str::<Value>(line)
            && finding["document"] == document.as_str()
            && let Some(segment) = finding["segment"].as_u64()
        {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            let confidence = finding["confidence"].as_f64().unwrap_or_default();
            repairs.push(Repair { heard: text("heard"), canonical: text("canonical"), confidence, segment });
        }
        true
    })?;
    Ok(repairs)
}

/// The address that opens the place that an object has, or its document where it has none.
fn link(fields: &Map<String, Value>) -> Option<String> {
    let url = fields.get("document")?.get("url")?.as_str()?;
    let Ok(place) = Place::deserialize(Value::Object(fields.clone())) else { return address::openable(url) };
    let text = fields.get("text").or_else(|| fields.get("words")).and_then(Value::as_str);
    place.link_to(url, text.unwrap_or_default())
}
