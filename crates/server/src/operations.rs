//! What can be asked: each once, for the API, the MCP server and the description of both.
//!
//! ```text
//! address with its query, or arguments of a tool --Arguments--> what is asked --answer--> an object of JSON
//! ```

mod archive;
mod documents;
mod findings;
mod quotes;
mod search;
mod trends;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::refusal::{Code, Refusal};
use crate::shelf::{Effort, Opened};

pub(crate) use archive::{Outlets, People, Status};
pub(crate) use documents::{CitationOf, DocumentOf, FormatOf, Read, ReadDocument};
pub(crate) use findings::{Discrepancies, Names, Reuse, Stories, StoryOf, Timeline};
pub(crate) use quotes::{CheckArticle, CheckQuote, Quotes};
pub(crate) use search::{ByWhat, Count, Search, Searched};
pub(crate) use trends::{Compared, Trends};

/// An object of JSON as the contracts of the command line have it.
pub(crate) type Object = Map<String, Value>;

/// Something that can be asked.
pub(crate) trait Ask: DeserializeOwned + JsonSchema {
    /// What the answer is made of.
    type Answer: Serialize + JsonSchema;
    /// The name of the tool, and of the operation in the API's description.
    const NAME: &'static str;
    /// Where the API has it, below `/api/v1`; `{id}` is a parameter.
    const PATH: &'static str;
    /// What it does, in a line.
    const SUMMARY: &'static str;
    /// How it is asked over HTTP.
    const METHOD: Method = Method::Get;
    /// How long answering takes.
    const EFFORT: Effort = Effort::Usual;

    /// Answers it.
    fn answer(self, opened: &Opened) -> Result<Self::Answer, Refusal>;
}

/// How an operation is asked over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// With a query.
    Get,
    /// With a body of JSON, because it may be long; it changes nothing.
    Post,
}

/// What somebody asks with.
pub(crate) enum Arguments {
    /// The query of an address, parameters of its path among them.
    Query(String),
    /// An object of JSON.
    Json(Value),
}

impl Arguments {
    pub(crate) fn read<A: DeserializeOwned>(self) -> Result<A, Refusal> {
        let read = match self {
            Self::Query(query) => serde_html_form::from_str(&query).map_err(|error| error.to_string()),
            Self::Json(value) => serde_json::from_value(value).map_err(|error| error.to_string()),
        };
        read.map_err(|error| {
            Refusal::new(
                Code::BadRequest,
                format!("cannot understand the parameters: {error}\nhint: `/api` describes them"),
            )
        })
    }
}

/// An operation without its types.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) method: Method,
    pub(crate) effort: Effort,
    /// The JSON Schema of what it takes.
    pub(crate) asked: fn(&mut SchemaGenerator) -> Schema,
    /// The JSON Schema of what it answers.
    pub(crate) answered: fn(&mut SchemaGenerator) -> Schema,
    /// Its answer as JSON.
    pub(crate) run: fn(&Opened, Arguments) -> Result<Vec<u8>, Refusal>,
}

impl Operation {
    const fn of<A: Ask>() -> Self {
        Self {
            name: A::NAME,
            path: A::PATH,
            summary: A::SUMMARY,
            method: A::METHOD,
            effort: A::EFFORT,
            asked: A::json_schema,
            answered: <A::Answer as JsonSchema>::json_schema,
            run: run::<A>,
        }
    }
}

fn run<A: Ask>(opened: &Opened, arguments: Arguments) -> Result<Vec<u8>, Refusal> {
    let answer = arguments.read::<A>()?.answer(opened)?;
    serde_json::to_vec(&answer).map_err(|error| Refusal::new(Code::Internal, error))
}

/// All operations, in the order in which they are described.
pub(crate) const ALL: &[Operation] = &[
    Operation::of::<Search>(),
    Operation::of::<Count>(),
    Operation::of::<DocumentOf>(),
    Operation::of::<Read>(),
    Operation::of::<CitationOf>(),
    Operation::of::<Quotes>(),
    Operation::of::<CheckQuote>(),
    Operation::of::<CheckArticle>(),
    Operation::of::<Stories>(),
    Operation::of::<StoryOf>(),
    Operation::of::<Timeline>(),
    Operation::of::<Discrepancies>(),
    Operation::of::<Reuse>(),
    Operation::of::<Names>(),
    Operation::of::<People>(),
    Operation::of::<Trends>(),
    Operation::of::<Outlets>(),
    Operation::of::<Status>(),
];

/// Part of a longer list.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Listed {
    /// Objects as `onrecord` prints them with `--json`: each with its document, its place and a link.
    pub(crate) found: Vec<Object>,
    /// What to give as `cursor` to get those that follow; `null` at the end.
    pub(crate) next: Option<String>,
}

/// Where a list goes on, and how long its parts are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) from: usize,
    pub(crate) limit: usize,
}

impl Window {
    /// Reads a cursor and a limit.
    pub(crate) fn of(
        cursor: Option<&str>,
        limit: Option<usize>,
        usual: usize,
        most: usize,
    ) -> Result<Self, Refusal> {
        let limit = limit.unwrap_or(usual);
        if !(1..=most).contains(&limit) {
            return Err(Refusal::new(
                Code::BadRequest,
                format!("`limit`: expected a number from 1 to {most}, found {limit}"),
            ));
        }
        let from = match cursor {
            None => 0,
            Some(cursor) => cursor.strip_prefix('c').and_then(|at| at.parse().ok()).ok_or_else(|| {
                Refusal::new(
                    Code::BadRequest,
                    "`cursor`: expected what an earlier answer gave as `next`\nhint: leave it away to begin at the first",
                )
            })?,
        };
        Ok(Self { from, limit })
    }

    /// What stands behind this part.
    pub(crate) fn next(self) -> String {
        format!("c{}", self.from + self.limit)
    }

    /// What stands behind this part of a list of so many; `None` if it is the last.
    pub(crate) fn next_of(self, all: usize) -> Option<String> {
        (self.from.saturating_add(self.limit) < all).then(|| self.next())
    }

    /// The part of something that is visited in order.
    pub(crate) fn collect(self) -> Collected {
        Collected { window: self, seen: 0, listed: Listed { found: Vec::new(), next: None } }
    }
}

/// A part of a list while it is visited.
pub(crate) struct Collected {
    window: Window,
    seen: usize,
    listed: Listed,
}

impl Collected {
    /// Takes the next one if it is in the part; `false` if no more are needed.
    pub(crate) fn take(&mut self, value: Value) -> bool {
        self.seen += 1;
        if self.seen <= self.window.from {
            return true;
        }
        if self.listed.found.len() == self.window.limit {
            self.listed.next = Some(self.window.next());
            return false;
        }
        self.listed.found.extend(object(value));
        true
    }

    pub(crate) fn finish(self) -> Listed {
        self.listed
    }
}

/// A value that is known to be an object.
pub(crate) fn object(value: Value) -> Option<Object> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// Something that is printed as an object of JSON.
pub(crate) fn shown(value: &impl Serialize) -> Result<Object, Refusal> {
    let value = serde_json::to_value(value).map_err(|error| Refusal::new(Code::Internal, error))?;
    Ok(object(value).unwrap_or_default())
}

/// That nothing was analysed yet.
pub(crate) fn nothing_analysed() -> Refusal {
    Refusal::new(
        Code::NotFound,
        "this archive has no findings yet\nhint: `onrecord analyse` makes them; the server need not be stopped for it",
    )
}
