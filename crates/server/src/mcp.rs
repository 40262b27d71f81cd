//! The Model Context Protocol: the operations as tools of an assistant, on stdio and over HTTP.
//!
//! Answers are the API's, bounded in size; they say how to get more.

mod bounds;

use std::sync::Arc;

use archive::Archive;
use bounds::bounded;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt as _};
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::ServeError;
use crate::operations::{self, Arguments, Operation};
use crate::refusal::{Code, Refusal};
use crate::shelf::Shelf;

/// Lists begin with so many entries here, where nobody says how many.
const USUAL_LIMIT: usize = 10;

const INSTRUCTIONS: &str = "An archive of what the news said: transcripts of broadcasts, each line with its second, and articles. \
Search first; read around a hit before you quote it; give the `link` of every place you use. `check_quote` tells whether words were said like that. \
Nothing found means that it is not in this record, not that nobody said it. Segments marked `suspect` were probably made up by the recogniser.";

/// The tools of an archive.
#[derive(Clone)]
pub(crate) struct Tools {
    shelf: Arc<Shelf>,
}

impl Tools {
    pub(crate) fn new(shelf: Arc<Shelf>) -> Self {
        Self { shelf }
    }

    async fn call(&self, operation: Operation, arguments: JsonObject) -> Result<String, Refusal> {
        let arguments = with_limit(operation, arguments);
        let cursor = arguments.get("cursor").and_then(Value::as_str).map(str::to_owned);
        let arguments = Arguments::Json(Value::Object(arguments));
        let body =
            self.shelf.ask_with(operation.effort, move |opened| (operation.run)(opened, arguments)).await?;
        String::from_utf8(body)
            .map_err(|error| Refusal::new(Code::Internal, error))
            .map(|answer| bounded(answer, cursor.as_deref()))
    }
}

/// Gives a limit where there can be one and nobody gave it.
fn with_limit(operation: Operation, mut arguments: JsonObject) -> JsonObject {
    let schema = schema(operation);
    let has_limit = schema.get("properties").is_some_and(|properties| properties.get("limit").is_some());
    // What is told in short lines is not cut short.
    if has_limit && !["read", "trends"].contains(&operation.name) {
        arguments.entry("limit").or_insert(USUAL_LIMIT.into());
    }
    arguments
}

/// What a tool takes, as JSON Schema with everything in it.
fn schema(operation: Operation) -> JsonObject {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        })
        .into_generator();
    match (operation.asked)(&mut generator).to_value() {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    }
}

fn tool(operation: Operation) -> Tool {
    let annotations = ToolAnnotations::new().read_only(true).open_world(false);
    Tool::new(operation.name, operation.summary, Arc::new(schema(operation))).annotate(annotations)
}

impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("onrecord", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = operations::ALL.iter().copied().map(tool);
        Ok(ListToolsResult::with_all_items(tools.collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(operation) = operations::ALL.iter().find(|operation| operation.name == request.name) else {
            return Err(ErrorData::invalid_params(format!("there is no tool `{}`", request.name), None));
        };
        Ok(match self.call(*operation, request.arguments.unwrap_or_default()).await {
            Ok(answer) => CallToolResult::success(vec![ContentBlock::text(answer)]).into(),
            Err(Refusal { message, hint, .. }) => {
                let hint = hint.map_or(String::new(), |hint| format!("\nhint: {hint}"));
                CallToolResult::error(vec![ContentBlock::text(message + &hint)]).into()
            }
        })
    }
}

/// The tools over HTTP. Hosts and origins are checked before they are reached.
pub(crate) fn over_http(
    shelf: Arc<Shelf>,
    hosts: Vec<String>,
) -> StreamableHttpService<Tools, NeverSessionManager> {
    let config = StreamableHttpServerConfig::default()
        .with_allowed_hosts(hosts)
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(crate::MOST_BODY_BYTES);
    let tools = move || Ok(Tools::new(shelf.clone()));
    StreamableHttpService::new(tools, Arc::new(NeverSessionManager::default()), config)
}

/// Serves the tools on stdin and stdout until the other side hangs up.
///
/// # Errors
///
/// If the archive's index can't be opened, or the other side does not speak the protocol.
pub fn serve_stdio(archive: Archive) -> Result<(), ServeError> {
    let tools = Tools::new(Shelf::new(archive)?);
    let runtime = crate::runtime()?;
    let served = runtime.block_on(async {
        let running = tools.serve(rmcp::transport::io::stdio()).await;
        let running = running.map_err(|error| ServeError::Protocol(error.to_string()))?;
        running.waiting().await.map(drop).map_err(|error| ServeError::Protocol(error.to_string()))
    });
    // A reader of stdin can't be called off: its thread is left behind.
    runtime.shutdown_background();
    served
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_take_objects_whose_fields_are_described() {
        for operation in operations::ALL {
            let schema = schema(*operation);
            assert_eq!(schema["type"], "object", "{}", operation.name);
            for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
                assert!(field["description"].is_string(), "{}: {name}", operation.name);
            }
        }
    }
}
