//! A model's files as spaCy writes them: MessagePack with arrays of numbers inside.
//!
//! ```text
//! bytes -> Layers { one a node of the network: what it is called, its settings, its numbers }
//! ```
//!
//! spaCy's networks are thinc's (`thinc/model.py`, `to_bytes`): a map of four lists, `nodes`, `attrs`, `params` and
//! `shims`, with one element a node in the order of a walk through the network. Arrays are written as msgpack-numpy does.

use std::path::Path;

use rmpv::Value;

use super::ParserError;

/// An array of numbers with its dimensions, the outermost first; none of them is 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Numbers {
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f32>,
}

/// A node of a network.
pub(super) struct Layer {
    pub(super) name: String,
    settings: Value,
    numbers: Vec<(String, Numbers)>,
}

/// A file of a parser, named for errors.
pub(super) struct ModelFile {
    name: &'static str,
    bytes: Vec<u8>,
}

impl ModelFile {
    pub(super) fn read(folder: &Path, name: &'static str) -> Result<Self, ParserError> {
        let path = folder.join(name);
        let bytes = std::fs::read(&path).map_err(|source| ParserError::Unreadable { path, source })?;
        Ok(Self { name, bytes })
    }

    /// What was expected and not found in it.
    pub(super) fn lacks(&self, expected: &'static str) -> ParserError {
        ParserError::Damaged { file: self.name, expected }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its value as MessagePack.
    pub(super) fn value(&self) -> Result<Value, ParserError> {
        rmpv::decode::read_value(&mut &self.bytes[..]).map_err(|_| self.lacks("MessagePack"))
    }

    /// Its nodes as a network.
    pub(super) fn layers(&self) -> Result<Vec<Layer>, ParserError> {
        let Value::Map(lists) = self.value()? else { return Err(self.lacks("a map of lists")) };
        let list = |name| match take(&lists, name) {
            Some(Value::Array(list)) => Ok(list),
            _ => Err(self.lacks("lists of nodes, of attributes and of parameters")),
        };
        let (nodes, settings, numbers) = (list("nodes")?, list("attrs")?, list("params")?);
        let layers = nodes.iter().zip(settings).zip(numbers).map(|((node, settings), numbers)| {
            let name =
                field(node, "name").and_then(Value::as_str).ok_or_else(|| self.lacks("a node's name"))?;
            let numbers = self.numbers_of(&numbers)?;
            Ok(Layer { name: name.to_owned(), settings, numbers })
        });
        layers.collect()
    }

    fn numbers_of(&self, parameters: &Value) -> Result<Vec<(String, Numbers)>, ParserError> {
        let parameters = parameters.as_map().ok_or_else(|| self.lacks("a map of parameters"))?;
        let present = parameters.iter().filter(|(_, array)| !array.is_nil());
        present
            .map(|(name, array)| {
                let numbers = numbers(array).ok_or_else(|| self.lacks("an array of 32-bit numbers"))?;
                Ok((name.as_str().unwrap_or_default().to_owned(), numbers))
            })
            .collect()
    }

    /// The numbers of a node under a name.
    pub(super) fn take<'a>(&self, layer: Option<&'a Layer>, name: &str) -> Result<&'a Numbers, ParserError> {
        let numbers = layer.and_then(|layer| layer.numbers.iter().find(|(its, _)| its == name));
        numbers.map(|(_, numbers)| numbers).ok_or_else(|| self.lacks("a layer of the network"))
    }
}

impl Layer {
    /// A setting that is a number. Settings are MessagePack within MessagePack.
    pub(super) fn setting(&self, name: &str) -> Option<u64> {
        let inner = field(&self.settings, name)?.as_slice()?;
        rmpv::decode::read_value(&mut &inner[..]).ok()?.as_u64()
    }
}

fn numbers(array: &Value) -> Option<Numbers> {
    if field(array, "type")?.as_str()? != "<f4" {
        return None;
    }
    let shape = field(array, "shape")?.as_array()?.iter().map(|size| size.as_u64()?.try_into().ok());
    let shape: Vec<usize> = shape.collect::<Option<_>>()?;
    let (bytes, rest) = field(array, "data")?.as_slice()?.as_chunks::<4>();
    let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size))?;
    if !rest.is_empty() || bytes.len() != count || count == 0 {
        return None;
    }
    Some(Numbers { shape, values: bytes.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect() })
}

/// A field of a map whose keys are texts or bytes.
pub(super) fn field<'a>(map: &'a Value, name: &str) -> Option<&'a Value> {
    let (_, value) = map.as_map()?.iter().find(|(key, _)| is_called(key, name))?;
    Some(value)
}

fn take(map: &[(Value, Value)], name: &str) -> Option<Value> {
    map.iter().find(|(key, _)| is_called(key, name)).map(|(_, value)| value.clone())
}

fn is_called(key: &Value, name: &str) -> bool {
    match key {
        Value::String(text) => text.as_bytes() == name.as_bytes(),
        Value::Binary(bytes) => bytes == name.as_bytes(),
        _ => false,
    }
}
