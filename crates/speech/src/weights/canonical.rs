//! The tensors of a Whisper network: their names, as openai/whisper calls them, and their shapes.

use super::Dimensions;

/// One tensor that a network of some sizes has.
pub(super) struct Expected {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    /// Whisper's key projections have no bias, yet a file may hold one.
    pub(super) optional: bool,
}

/// Every tensor of a network of these sizes.
pub(super) fn tensors(dimensions: &Dimensions) -> Vec<Expected> {
    let Dimensions { mel_channels, audio_positions, audio_state, audio_layers, .. } = *dimensions;
    let Dimensions { text_positions, text_state, text_layers, vocabulary_size, .. } = *dimensions;
    let mut list = List(Vec::new());
    list.add("encoder.conv1.weight", &[audio_state, mel_channels, 3]);
    list.add("encoder.conv1.bias", &[audio_state]);
    list.add("encoder.conv2.weight", &[audio_state, audio_state, 3]);
    list.add("encoder.conv2.bias", &[audio_state]);
    list.add("encoder.positional_embedding", &[audio_positions, audio_state]);
    for layer in 0..audio_layers {
        list.add_block(&format!("encoder.blocks.{layer}"), audio_state, None);
    }
    list.add_norm("encoder.ln_post", audio_state);
    list.add("decoder.token_embedding.weight", &[vocabulary_size, text_state]);
    list.add("decoder.positional_embedding", &[text_positions, text_state]);
    for layer in 0..text_layers {
        list.add_block(&format!("decoder.blocks.{layer}"), text_state, Some(audio_state));
    }
    list.add_norm("decoder.ln", text_state);
    list.0
}

struct List(Vec<Expected>);

impl List {
    fn add(&mut self, name: &str, shape: &[usize]) {
        self.0.push(Expected { name: name.to_owned(), shape: shape.to_vec(), optional: false });
    }

    /// A block; one of the decoder listens to an encoder of a state of `heard` values.
    fn add_block(&mut self, block: &str, state: usize, heard: Option<usize>) {
        self.add_norm(&format!("{block}.attn_ln"), state);
        self.add_attention(&format!("{block}.attn"), state, state);
        if let Some(heard) = heard {
            self.add_norm(&format!("{block}.cross_attn_ln"), state);
            self.add_attention(&format!("{block}.cross_attn"), state, heard);
        }
        self.add_norm(&format!("{block}.mlp_ln"), state);
        self.add_linear(&format!("{block}.mlp.0"), 4 * state, state);
        self.add_linear(&format!("{block}.mlp.2"), state, 4 * state);
    }

    fn add_attention(&mut self, attention: &str, state: usize, heard: usize) {
        self.add_linear(&format!("{attention}.query"), state, state);
        self.add_linear(&format!("{attention}.key"), state, heard);
        if let Some(bias) = self.0.last_mut() {
            bias.optional = true;
        }
        self.add_linear(&format!("{attention}.value"), state, heard);
        self.add_linear(&format!("{attention}.out"), state, state);
    }

    fn add_linear(&mut self, linear: &str, outputs: usize, inputs: usize) {
        self.add(&format!("{linear}.weight"), &[outputs, inputs]);
        self.add(&format!("{linear}.bias"), &[outputs]);
    }

    fn add_norm(&mut self, norm: &str, state: usize) {
        self.add(&format!("{norm}.weight"), &[state]);
        self.add(&format!("{norm}.bias"), &[state]);
    }
}
