//! `onrecord summarise`: a title and a summary that a language model proposes, each sentence with its places.

use super::findings::{self, Finding};
use crate::Global;
use crate::console::{Console, Outcome};
use ::findings::proposals::{self, Request, Supported};
use analysis::{Area, Key};
use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use std::time::Duration;

/// A model on a laptop may think for minutes.
const LONGEST_ANSWER: Duration = Duration::from_secs(300);

/// An answer of a few sentences is shorter.
const MOST_ANSWER_BYTES: u64 = 1 << 20;

/// Ask a language model of yours for a title and a summary of a story
///
/// The only command that sends text of the archive anywhere, and only to the endpoint that you name: any program that answers
/// like OpenAI's chat completions, such as one on your own machine. Each sentence must cite places of the record and say
/// nothing that does not stand there; others are dropped, and listed with the reason.
#[derive(clap::Args)]
pub(crate) struct Summarise {
    /// The id of a story or of a running story, as `onrecord stories` prints it
    story: String,
    /// Where the model answers, such as `http://localhost:8080/v1`
    #[arg(long, value_name = "ADDRESS", env = "ONRECORD_MODEL_ENDPOINT")]
    endpoint: String,
    /// Which model
    #[arg(long, value_name = "NAME", env = "ONRECORD_MODEL_NAME")]
    model: String,
    /// The key that the endpoint asks for; better in the environment than on a command line
    #[arg(long, value_name = "KEY", env = "ONRECORD_MODEL_KEY", hide_env_values = true)]
    key: Option<String>,
}

impl Summarise {
    /// Prints what the record supports of the model's answer.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let found = findings::open(global, console)?;
        let mut sources: Vec<Value> = Vec::new();
        found.each(Area::Timeline, Some(Key::Story(&self.story)), |step| {
            let finding = Finding(&step);
            if finding.text("/of") == self.story {
                sources.extend(finding.parts("/citations").map(|citation| citation.0.clone()));
            }
            Ok(sources.len() < proposals::MOST_SOURCES)
        })?;
        if sources.is_empty() {
            bail!("no story has the id `{}`\nhint: `onrecord stories` lists them with their ids", self.story);
        }
        sources.truncate(proposals::MOST_SOURCES);
        let texts: Vec<&str> = sources.iter().map(|source| Finding(source).text("/text")).collect();
        let answer = self.ask(&proposals::request(&texts))?;
        let proposal = proposals::checked(&answer, &texts).context("the model's answer can't be used")?;
        let cited = |sentence: &Supported| {
            let citations: Vec<&Value> = sentence.cites.iter().map(|at| &sources[*at]).collect();
            json!({"text": sentence.text, "citations": citations})
        };
        if console.is_json() {
            console.object(&json!({
                "story": self.story, "model": self.model, "title": proposal.title.as_ref().map(cited),
                "sentences": proposal.sentences.iter().map(cited).collect::<Vec<_>>(), "dropped": proposal.dropped,
            }))?;
        } else {
            for sentence in proposal.title.iter().chain(&proposal.sentences) {
                console.line(&sentence.text)?;
                for at in &sentence.cites {
                    console.line(format!("    {}", Finding(&sources[*at]).place()))?;
                }
            }
            for dropped in &proposal.dropped {
                console.remark(format_args!("dropped, because {}: {}", dropped.reason, dropped.text));
            }
        }
        let is_empty = proposal.title.is_none() && proposal.sentences.is_empty();
        Ok(if is_empty { Outcome::NothingFound } else { Outcome::Done })
    }

    /// Asks the endpoint and returns what the model wrote.
    fn ask(&self, request: &Request) -> anyhow::Result<String> {
        let address = format!("{}/chat/completions", self.endpoint.trim_end_matches('/'));
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(LONGEST_ANSWER))
            .max_redirects(0) // A key goes where its owner sent it and nowhere else.
            .build()
            .new_agent();
        let body = json!({
            "model": self.model, "temperature": 0,
            "messages": [{"role": "system", "content": request.instruction}, {"role": "user", "content": request.texts}],
        });
        let mut post = agent.post(&address).header("content-type", "application/json");
        if let Some(key) = &self.key {
            post = post.header("authorization", format!("Bearer {key}"));
        }
        let asked = || format!("cannot ask the model at `{address}`");
        let mut response = post.send(body.to_string()).with_context(asked)?;
        let text = response
            .body_mut()
            .with_config()
            .limit(MOST_ANSWER_BYTES)
            .read_to_string()
            .with_context(asked)?;
        let answer: Value = serde_json::from_str(&text).with_context(asked)?;
        let content = answer.pointer("/choices/0/message/content").and_then(Value::as_str);
        content
            .map(str::to_owned)
            .with_context(|| format!("the answer of `{address}` has no `choices[0].message.content`"))
    }
}
