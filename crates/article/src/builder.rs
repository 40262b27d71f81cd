//! A text put together from paragraphs.

use record::{Article, Paragraph, Role};

/// Between two paragraphs.
const BREAK: &str = "\n\n";

/// Puts paragraphs under each other and notes where each stands.
#[derive(Default)]
pub(crate) struct Builder {
    text: String,
    chars: usize,
    paragraphs: Vec<Paragraph>,
}

impl Builder {
    /// Appends a paragraph; one without text is left out.
    pub(crate) fn push(&mut self, text: &str, role: Role) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !self.paragraphs.is_empty() {
            self.append(BREAK);
        }
        let start = self.chars;
        self.append(text);
        self.paragraphs.push(Paragraph { chars: start..self.chars, role });
    }

    fn append(&mut self, text: &str) {
        self.text.push_str(text);
        self.chars += text.chars().count();
    }

    /// The text and its paragraphs, as an article of which nothing else is known.
    pub(crate) fn finish(self) -> Article {
        Article { text: self.text, paragraphs: self.paragraphs, ..Article::default() }
    }
}
