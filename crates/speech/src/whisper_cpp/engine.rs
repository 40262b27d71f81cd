//! whisper.cpp's C interface behind functions that can't be called wrongly.
//!
//! An [`Engine`] owns the weights and a state for each window in flight, and every call takes it by `&mut`: whisper.cpp
//! never runs two at once, which would gain nothing, since one call fills the device. What it says it says to
//! `hear`, which keeps its complaints for our errors; nothing is printed.

use super::Place;
use crate::features::WINDOW_FRAMES;
use crate::model::ModelError;
use crate::weights::Dimensions;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::num::NonZeroUsize;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Mutex, Once, PoisonError};
use whisper_rs_sys as sys;

/// A place for one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(usize);

/// The weights, and the windows that are being worked on.
pub(super) struct Engine {
    context: NonNull<sys::whisper_context>,
    states: Vec<State>,
    /// States that no window holds: making one takes hundreds of megabytes, so they are kept.
    free: Vec<Slot>,
    dimensions: Dimensions,
    threads: c_int,
}

/// The keys and values of one window, and of the tokens it was last fed.
struct State {
    raw: NonNull<sys::whisper_state>,
    fed: Vec<u32>,
    encoded: bool,
}

// SAFETY: whisper.cpp ties neither contexts nor states to a thread; the pointers are owned by the engine alone.
unsafe impl Send for Engine {}

impl Engine {
    /// Loads a file whose directory was found sound and has `dimensions`.
    pub(super) fn load(
        path: &Path,
        place: Place,
        threads: NonZeroUsize,
        dimensions: Dimensions,
    ) -> Result<Engine, String> {
        listen();
        // On Unix these are the bytes of the name; on Windows whisper.cpp takes UTF-8.
        let name = CString::new(path.as_os_str().as_encoded_bytes()).map_err(|error| error.to_string())?;
        // SAFETY: returns a plain value.
        let mut parameters = unsafe { sys::whisper_context_default_params() };
        parameters.use_gpu = place == Place::Graphics;
        // SAFETY: `name` ends with a zero and outlives the call; the parameters are whisper.cpp's own.
        let context = unsafe { sys::whisper_init_from_file_with_params_no_state(name.as_ptr(), parameters) };
        let context = NonNull::new(context).ok_or_else(complaint)?;
        let threads = c_int::try_from(threads.get()).unwrap_or(c_int::MAX);
        let engine = Engine { context, states: Vec::new(), free: Vec::new(), dimensions, threads };
        engine.check_sizes()?;
        Ok(engine)
    }

    /// All bounds below rest on the file's sizes; they must be those that whisper.cpp read.
    fn check_sizes(&self) -> Result<(), String> {
        let context = self.context.as_ptr();
        // SAFETY: the context is alive, and these read a number from it.
        let found = unsafe {
            [
                sys::whisper_model_n_vocab(context),
                sys::whisper_model_n_mels(context),
                sys::whisper_model_n_text_ctx(context),
                sys::whisper_model_n_audio_ctx(context),
            ]
        };
        let Dimensions { vocabulary_size, mel_channels, text_positions, audio_positions, .. } =
            self.dimensions;
        let expected = [vocabulary_size, mel_channels, text_positions, audio_positions];
        if found.map(|size| usize::try_from(size).ok()) == expected.map(Some) {
            return Ok(());
        }
        Err(format!("expected sizes {expected:?}, found {found:?}: the file has changed while it was read"))
    }

    /// A slot that no other window holds.
    pub(super) fn take_slot(&mut self) -> Result<Slot, ModelError> {
        if let Some(slot) = self.free.pop() {
            return Ok(slot);
        }
        // SAFETY: the context is alive.
        let raw = unsafe { sys::whisper_init_state(self.context.as_ptr()) };
        let raw = NonNull::new(raw).ok_or_else(|| {
            let hint = "a smaller model, or fewer windows at once, takes less memory of the device";
            ModelError(format!("whisper.cpp has no room for another window: {}\nhint: {hint}", complaint()))
        })?;
        self.states.push(State { raw, fed: Vec::new(), encoded: false });
        Ok(Slot(self.states.len() - 1))
    }

    /// Takes a slot back from its window.
    pub(super) fn give_back(&mut self, slot: Slot) {
        self.free.push(slot);
    }

    /// How many windows there ever were at once.
    #[cfg(test)]
    pub(super) fn slots(&self) -> usize {
        self.states.len()
    }

    /// Encodes a whole window, `[mel_channels][WINDOW_FRAMES]`, into a slot.
    pub(super) fn encode(&mut self, slot: Slot, bands: &[f32]) -> Result<(), ModelError> {
        if bands.len() != self.dimensions.mel_channels * WINDOW_FRAMES {
            return Err(ModelError(format!("a window of {} values has no known shape", bands.len())));
        }
        let state = &mut self.states[slot.0];
        state.fed.clear();
        state.encoded = false;
        let (context, raw) = (self.context.as_ptr(), state.raw.as_ptr());
        let (frames, channels) = (WINDOW_FRAMES as c_int, self.dimensions.mel_channels as c_int);
        // SAFETY: both are alive and belong together; `bands` holds `frames * channels` values, which are copied.
        let failed = unsafe {
            sys::whisper_set_mel_with_state(context, raw, bands.as_ptr(), frames, channels) != 0
                || sys::whisper_encode_with_state(context, raw, 0, self.threads) != 0
        };
        if failed {
            return Err(ModelError(format!("whisper.cpp can't encode a window: {}", complaint())));
        }
        state.encoded = true;
        Ok(())
    }

    /// How many of `tokens` a slot holds already.
    pub(super) fn shared(&self, slot: Slot, tokens: &[u32]) -> usize {
        shared(&self.states[slot.0].fed, tokens)
    }

    /// The logits that follow `tokens`, all of what the decoder is to know; feeds what the slot does not hold yet.
    pub(super) fn logits_after(&mut self, slot: Slot, tokens: &[u32]) -> Result<&[f32], ModelError> {
        self.check_tokens(tokens)?;
        let state = &mut self.states[slot.0];
        if !state.encoded {
            return Err(ModelError("the window was not encoded".into()));
        }
        let past = shared(&state.fed, tokens);
        let fresh: Vec<c_int> = tokens[past..].iter().map(|token| *token as c_int).collect();
        state.fed.truncate(past);
        // SAFETY: context and state are alive and belong together; `fresh` holds as many tokens as is said, each in
        // the vocabulary; with those before them they fit into the positions that the state was made for.
        let status = unsafe {
            sys::whisper_decode_with_state(
                self.context.as_ptr(),
                state.raw.as_ptr(),
                fresh.as_ptr(),
                fresh.len() as c_int,
                past as c_int,
                self.threads,
            )
        };
        if status != 0 {
            state.fed.clear();
            return Err(ModelError(format!("whisper.cpp can't decode: {}", complaint())));
        }
        state.fed.extend_from_slice(&tokens[past..]);
        // SAFETY: the state is alive; the pointer is looked at below.
        let logits = unsafe { sys::whisper_get_logits_from_state(state.raw.as_ptr()) };
        let logits = NonNull::new(logits).ok_or_else(|| ModelError("whisper.cpp gives no logits".into()))?;
        let size = self.dimensions.vocabulary_size;
        // SAFETY: after a call with n tokens there are n rows of `size` values, of which the last is filled in
        // (`whisper_decode_internal`); they stay until the next call, which `&mut self` keeps away.
        let logits =
            unsafe { std::slice::from_raw_parts(logits.as_ptr().add((fresh.len() - 1) * size), size) };
        // Drivers that overflow half precision give words like "!!!!" (whisper.cpp, issues 2400 and 3047).
        if logits.iter().any(|logit| logit.is_nan()) {
            let hint = "another form of the model (half precision, not quantised) or a newer driver may help";
            return Err(ModelError(format!(
                "whisper.cpp computes what is no number on this device\nhint: {hint}"
            )));
        }
        Ok(logits)
    }

    /// whisper.cpp checks none of this and would write beside its buffers.
    fn check_tokens(&self, tokens: &[u32]) -> Result<(), ModelError> {
        let Dimensions { text_positions, vocabulary_size, .. } = self.dimensions;
        if tokens.is_empty() || tokens.len() > text_positions {
            let found = tokens.len();
            return Err(ModelError(format!("expected 1 to {text_positions} tokens, found {found}")));
        }
        match tokens.iter().find(|token| **token as usize >= vocabulary_size) {
            Some(token) => Err(ModelError(format!("expected tokens below {vocabulary_size}, found {token}"))),
            None => Ok(()),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        for state in &self.states {
            // SAFETY: each was made by `whisper_init_state` and is freed once, before its context.
            unsafe { sys::whisper_free_state(state.raw.as_ptr()) };
        }
        // SAFETY: made by `whisper_init_from_file_with_params_no_state`, freed once.
        unsafe { sys::whisper_free(self.context.as_ptr()) };
    }
}

/// How many tokens need not be fed again; the last always is, since only a call gives logits.
fn shared(fed: &[u32], tokens: &[u32]) -> usize {
    let same = fed.iter().zip(tokens).take_while(|(fed, token)| fed == token).count();
    same.min(tokens.len().saturating_sub(1))
}

/// The version of whisper.cpp that is built in, such as `1.8.3`.
pub fn version() -> String {
    // SAFETY: returns a constant that ends with a zero.
    text(unsafe { sys::whisper_version() })
}

/// Graphics processors that this build can compute on: whisper.cpp's name (`CUDA0`), and what they call themselves.
pub fn graphics_processors() -> Vec<(String, String)> {
    listen();
    // SAFETY: the registry of devices is made at the first call and never changes.
    let count = unsafe { sys::ggml_backend_dev_count() };
    let devices = (0..count).filter_map(|index| {
        // SAFETY: `index` is below the count; devices live as long as the process.
        let device = unsafe { sys::ggml_backend_dev_get(index) };
        // SAFETY: as above.
        let kind = unsafe { sys::ggml_backend_dev_type(device) };
        let graphics = [
            sys::ggml_backend_dev_type_GGML_BACKEND_DEVICE_TYPE_GPU,
            sys::ggml_backend_dev_type_GGML_BACKEND_DEVICE_TYPE_IGPU,
        ];
        // SAFETY: as above; both return text that the device owns.
        let names = || unsafe {
            (text(sys::ggml_backend_dev_name(device)), text(sys::ggml_backend_dev_description(device)))
        };
        graphics.contains(&kind).then(names)
    });
    devices.collect()
}

fn text(raw: *const c_char) -> String {
    if raw.is_null() {
        return String::new();
    }
    // SAFETY: not null, and whisper.cpp's texts end with a zero; it is copied before anything else is called.
    unsafe { CStr::from_ptr(raw) }.to_string_lossy().trim().to_owned()
}

/// What whisper.cpp complained of since anybody asked.
static COMPLAINTS: Mutex<String> = Mutex::new(String::new());

/// More than enough for one error; what comes after the first complaints follows from them.
const MOST_COMPLAINT_BYTES: usize = 600;

/// Makes whisper.cpp talk to [`hear`] and not to stderr.
fn listen() {
    static ONCE: Once = Once::new();
    // SAFETY: `hear` has the signature asked for, never unwinds and needs nothing from its last argument.
    ONCE.call_once(|| unsafe { sys::whisper_log_set(Some(hear), std::ptr::null_mut()) });
}

unsafe extern "C" fn hear(level: sys::ggml_log_level, line: *const c_char, _: *mut c_void) {
    if level != sys::ggml_log_level_GGML_LOG_LEVEL_ERROR {
        return;
    }
    let mut complaints = COMPLAINTS.lock().unwrap_or_else(PoisonError::into_inner);
    if complaints.len() < MOST_COMPLAINT_BYTES {
        if !complaints.is_empty() {
            complaints.push_str("; ");
        }
        complaints.push_str(&text(line));
    }
}

/// Takes the complaints.
pub(super) fn complaint() -> String {
    let mut complaints = COMPLAINTS.lock().unwrap_or_else(PoisonError::into_inner);
    match std::mem::take(&mut *complaints) {
        none if none.is_empty() => "it does not say why".into(),
        some => some,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_not_fed_again() {
        #[track_caller]
        fn check(fed: &[u32], tokens: &[u32], expected: usize) {
            assert_eq!(shared(fed, tokens), expected, "{fed:?} then {tokens:?}");
        }
        check(&[], &[1], 0);
        check(&[1, 2], &[1, 2, 3], 2);
        check(&[1, 2, 3], &[1, 2, 4], 2);
        check(&[1, 2, 3], &[1, 2, 3], 2); // logits come only from a call
        check(&[1, 2, 3], &[1], 0);
        check(&[9, 2], &[1, 2], 0);
    }

    #[test]
    fn complaints_are_kept_and_the_rest_is_not() {
        // SAFETY: the line ends with a zero.
        let say = |level, line: &CStr| unsafe { hear(level, line.as_ptr(), std::ptr::null_mut()) };
        say(sys::ggml_log_level_GGML_LOG_LEVEL_INFO, c"loading\n");
        say(sys::ggml_log_level_GGML_LOG_LEVEL_ERROR, c"bad magic\n");
        say(sys::ggml_log_level_GGML_LOG_LEVEL_ERROR, c"failed to load\n");
        assert_eq!(complaint(), "bad magic; failed to load");
        assert_eq!(complaint(), "it does not say why");
    }
}
