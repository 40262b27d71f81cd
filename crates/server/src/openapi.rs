//! The API's description by OpenAPI 3.1, made of the operations themselves.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::answers::JSON;
use crate::api::{BASE, FORMS};
use crate::operations::{self, Method, Operation};
use crate::refusal::ShownRefusal;
use crate::searches;

/// The description as JSON.
pub(crate) fn document() -> Vec<u8> {
    serde_json::to_vec(&value()).unwrap_or_default()
}

/// The description.
pub(crate) fn value() -> Value {
    let mut generator = generator();
    let refusal = generator.subschema_for::<ShownRefusal<'static>>();
    let mut paths = Map::new();
    let refusal = refusal.to_value();
    for operation in operations::ALL {
        let method = match operation.method {
            Method::Get => "get",
            Method::Post => "post",
        };
        let described = described(operation, &mut generator, &refusal);
        paths.insert(format!("{BASE}{}", operation.path), json!({ method: described }));
    }
    paths.insert(format!("{BASE}/documents/{{id}}/export/{{form}}"), export(&refusal));
    paths.extend(searches::described(&mut generator, &refusal));
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "onrecord",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The searchable, citable record of what the news said",
            "description": "Every answer names the document and the place that it is from. Lists are paged: give `next` of an answer as `cursor`. Errors are `{\"error\": {\"code\", \"message\", \"hint\"}}`.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            },
        },
        "security": [{}, {"token": []}, {"password": []}],
    })
}

/// Schemas of JSON Schema 2020-12, which OpenAPI 3.1 is made of.
fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .into_generator()
}

fn described(operation: &Operation, generator: &mut SchemaGenerator, refusal: &Value) -> Value {
    let asked = (operation.asked)(generator).to_value();
    let answered = (operation.answered)(generator).to_value();
    let mut described = json!({
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": responses(&json!({JSON: {"schema": answered}}), refusal),
    });
    match operation.method {
        Method::Get => described["parameters"] = parameters(operation, &asked).into(),
        Method::Post => {
            described["requestBody"] =
                json!({"required": true, "content": {"application/json": {"schema": asked}}});
        }
    }
    described
}

/// What is answered: the content of what was found, by its types, or why there is none.
pub(crate) fn responses(found: &Value, refusal: &Value) -> Value {
    let refused = |text: &str| json!({"description": text, "content": {JSON: {"schema": refusal}}});
    json!({
        "200": {"description": "Found", "content": found},
        "304": {"description": "As before"},
        "400": refused("What was asked can't be understood"),
        "401": refused("A password is needed"),
        "403": refused("Not from here"),
        "404": refused("There is no such thing in this archive"),
        "413": refused("More was sent than is read"),
        "429": refused("Too many attempts"),
        "500": refused("The archive's files can't be read"),
        "503": refused("Too much is asked at a time"),
    })
}

/// A parameter of a path that is one of some names, or any text.
pub(crate) fn in_path(name: &str, description: &str, one_of: Option<Vec<&str>>) -> Value {
    let schema = match one_of {
        Some(names) => json!({"type": "string", "enum": names}),
        None => json!({"type": "string"}),
    };
    json!({"name": name, "in": "path", "required": true, "description": description, "schema": schema})
}

fn export(refusal: &Value) -> Value {
    let forms: Vec<&str> = FORMS.iter().map(|(format, _)| format.name()).collect();
    let kinds = FORMS.iter().map(|(_, kind)| (kind.to_string(), json!({})));
    let found = Value::Object(kinds.collect());
    json!({"get": {
        "operationId": "export",
        "summary": "A document in another form, as a file",
        "parameters": [
            in_path("id", "Its id, its path, or a part of its title that no other has.", None),
            in_path("form", "Which form; an article has `txt` only.", Some(forms)),
        ],
        "responses": responses(&found, refusal),
    }})
}

fn parameters(operation: &Operation, asked: &Value) -> Vec<Value> {
    let required: Vec<&str> =
        asked["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = asked["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, schema)| {
            let is_in_path = operation.path.contains(&format!("{{{name}}}"));
            let is_needed = is_in_path || required.contains(&name.as_str());
            json!({
                "name": name,
                "in": if is_in_path { "path" } else { "query" },
                "required": is_needed,
                // Forms send the fields that nobody filled in.
                "allowEmptyValue": !is_needed,
                "description": schema["description"],
                "schema": without_null(schema.clone()),
            })
        })
        .collect()
}

/// A parameter that is not given is left away; no query can say `null`.
fn without_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema["type"].as_array() {
        let kinds: Vec<Value> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
        schema["type"] = match kinds.as_slice() {
            [one] => one.clone(),
            _ => kinds.into(),
        };
    }
    if let Some(kinds) = schema["anyOf"].as_array() {
        let kinds: Vec<Value> = kinds.iter().filter(|kind| kind["type"] != "null").cloned().collect();
        schema["anyOf"] = kinds.into();
    }
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("description");
        if fields.get("default") == Some(&Value::Null) {
            fields.remove("default");
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_described_and_every_reference_leads_somewhere() {
        let document = value();
        let text = document.to_string();
        for operation in operations::ALL {
            assert!(
                document["paths"].get(format!("{BASE}{}", operation.path)).is_some(),
                "{}",
                operation.name
            );
        }
        for reference in text.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let pointer = reference.strip_prefix('#').expect("inside this document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        let search = &document["paths"]["/api/v1/search"]["get"];
        let q = search["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .find(|parameter| parameter["name"] == "q")
            .unwrap();
        assert_eq!((&q["required"], &q["in"]), (&true.into(), &"query".into()));
        let id = &document["paths"]["/api/v1/documents/{id}"]["get"]["parameters"][0];
        assert_eq!((&id["required"], &id["in"]), (&true.into(), &"path".into()));
    }
}
