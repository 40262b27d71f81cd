//! A recording -> its segments: lanes of windows, decoded side by side.
//!
//! ```text
//! plan -> lanes -+-> next window of each lane -> spectrogram -> encode -> language -> decode, all together --+
//!                ^                                                                                          |
//!                +------- segments, where the next window begins, what it is told <-------------------------+
//! ```
//!
//! A lane goes on with its next window as soon as one is done, while the others are on their way. After each window the state
//! of every lane is handed to an [`Observer`], which may write it down. A run that starts from such states gives the transcript that the first run would have given.

use crate::features::{
    FRAMES_PER_SECOND, LoudestMel, SAMPLE_RATE_HZ, Samples, Spectrometer, WINDOW_FRAMES, frame_count,
};
use crate::model::{Model, ModelError};
use crate::plan::{LanePlan, longest_pause, plan};
use crate::search::{self, Decoding, Found, Method, Prompt, Rules};
use crate::segment::Segment;
use crate::settings::{Language, Settings, Task};
use crate::suspect::is_too_fast;
use crate::unheard::{first_too_short, heard_again_from, is_full_of_voice, is_worth_hearing};
use crate::vocabulary::Vocabulary;
use crate::window::{Piece, split};
use crate::words::{self, Heard, time_of_frame};
use record::time::MediaTime;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Above this temperature a window's words were guessed: the next window is not told of them.
const TOLD_UP_TO_TEMPERATURE: f32 = 0.5;

/// Windows shorter than this hold what a stretch has left: 2 s.
const BRIEF_WINDOW: usize = 2 * FRAMES_PER_SECOND;

/// Probability above which another language is taken to be spoken in a window.
const CERTAIN_LANGUAGE: f32 = 0.8;

/// Where a lane stands: all that is needed to go on with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneState {
    /// What it listens to.
    pub plan: LanePlan,
    /// The clip it is in; the number of clips when it is done.
    pub clip: usize,
    /// The frame its next window begins with.
    pub frame: usize,
    /// The tokens that the next window is told.
    pub told: Vec<u32>,
    /// Whether that window begins where the words of another ended too early, or with a line that said too little.
    #[serde(default)]
    pub again: bool,
    /// The frame before which that window ends, if it is to be a short one.
    #[serde(default)]
    pub until: Option<usize>,
    /// What it has heard so far.
    pub segments: Vec<Segment>,
}

impl LaneState {
    fn new(plan: LanePlan, told: &[u32]) -> LaneState {
        let frame = plan.clips.first().map_or(0, |clip| clip.start);
        LaneState {
            plan,
            clip: 0,
            frame,
            told: told.to_vec(),
            again: false,
            until: None,
            segments: Vec::new(),
        }
    }

    /// The frames of the next window, unless the lane is done; `voice` as for [`is_worth_hearing`].
    fn next_window(&mut self, voice: Option<&[Range<usize>]>) -> Option<Range<usize>> {
        loop {
            let clip = self.plan.clips.get(self.clip)?;
            self.frame = self.frame.max(clip.start);
            let rest = self.frame..clip.end.max(self.frame);
            if voice.map_or(!rest.is_empty(), |voice| is_worth_hearing(voice, &rest)) {
                let until = self.until.filter(|until| *until > rest.start).unwrap_or(rest.end);
                return Some(rest.start..until.min(rest.end).min(rest.start + WINDOW_FRAMES));
            }
            self.clip += 1;
        }
    }

    /// Frames that it has not listened to yet.
    fn remaining_frames(&self) -> usize {
        let rest = self.plan.clips.iter().skip(self.clip);
        rest.map(|clip| clip.end.saturating_sub(clip.start.max(self.frame))).sum()
    }
}

/// All that a transcription has found out so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The language of the recording and its probability, once it is known.
    pub language: Option<(String, f32)>,
    /// The lanes, in the order of the recording.
    pub lanes: Vec<LaneState>,
}

impl Progress {
    /// Seconds that are still to be listened to.
    pub fn remaining_seconds(&self) -> f64 {
        let frames: usize = self.lanes.iter().map(LaneState::remaining_frames).sum();
        time_of_frame(frames).as_seconds_f64()
    }

    /// Seconds that are listened to in all; the rest of the recording is silent.
    pub fn listened_seconds(&self) -> f64 {
        let frames: usize = self.lanes.iter().flat_map(|lane| &lane.plan.clips).map(Range::len).sum();
        time_of_frame(frames).as_seconds_f64()
    }
}

/// Is told after every window, or once after several that are done together.
pub trait Observer {
    /// Returns `false` to stop; the transcription then ends with [`SpeechError::Stopped`].
    fn windows_done(&mut self, progress: &Progress) -> bool;
}

impl<F: FnMut(&Progress) -> bool> Observer for F {
    fn windows_done(&mut self, progress: &Progress) -> bool {
        self(progress)
    }
}

/// A recording and what is known of it before anybody listens.
pub struct Recording<'a, S: Samples + ?Sized> {
    /// Its sound, mono at 16 kHz.
    pub samples: &'a S,
    /// Where somebody speaks, in rising order; `None` to listen to everything.
    pub voice: Option<Vec<Range<MediaTime>>>,
}

/// What was heard in a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcription {
    /// Segments in the order of the recording.
    pub segments: Vec<Segment>,
    /// The code of its language and that language's probability; 1 if it was given.
    pub language: (String, f32),
    /// Stretches that were not listened to, being silent.
    pub skipped: Vec<Range<MediaTime>>,
}

/// Why a recording could not be transcribed.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    /// The samples could not be read again.
    #[error("can't read the decoded sound")]
    Samples(#[from] std::io::Error),
    /// The device behind the model failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The settings ask for what this model can't do.
    #[error("{0}")]
    Unfit(String),
    /// The observer asked to stop; what was done so far is in the progress it was given.
    #[error("stopped")]
    Stopped,
}

/// Transcribes one recording, from the start or from where `progress` left off.
///
/// # Errors
///
/// If samples can't be read, the model fails, the settings don't fit the model, or the observer stops it.
pub fn transcribe<M: Model, S: Samples + ?Sized>(
    model: &M,
    recording: &Recording<'_, S>,
    settings: &Settings,
    progress: Option<Progress>,
    observer: &mut dyn Observer,
) -> Result<Transcription, SpeechError> {
    check_fit(model, settings)?;
    let frames = frame_count(recording.samples.sample_count());
    let runs = recording.voice.as_ref().map(|voice| voice.iter().map(frames_of).collect::<Vec<_>>());
    let mut progress = progress.unwrap_or_else(|| {
        let lanes = plan(frames, runs.as_deref(), settings.batch);
        let told = settings.initial_prompt.as_deref().map(|prompt| encode_spoken(model.vocabulary(), prompt));
        let told = told.unwrap_or_default();
        Progress {
            language: None,
            lanes: lanes.into_iter().map(|lane| LaneState::new(lane, &told)).collect(),
        }
    });
    let mut spectrometer = Spectrometer::new(model.mel_channels());
    let loudest = spectrometer.loudest(recording.samples)?;
    let rules = Rules::new(model.vocabulary(), settings.suppress_marks);
    let mut ear = Ear {
        model,
        settings,
        rules,
        spectrometer,
        loudest,
        samples: recording.samples,
        voice: runs,
        under_way: Vec::new(),
    };
    while ear.listen(&mut progress)? {
        if !observer.windows_done(&progress) {
            return Err(SpeechError::Stopped);
        }
    }
    Ok(finished(progress, frames))
}

fn check_fit<M: Model>(model: &M, settings: &Settings) -> Result<(), SpeechError> {
    let vocabulary = model.vocabulary();
    if settings.word_times && !model.aligns() {
        return Err(SpeechError::Unfit(format!(
            "{} can't say when each word was said\nhint: leave out the times of words",
            model.back_end()
        )));
    }
    if settings.task == Task::Translate && !vocabulary.is_multilingual() {
        return Err(SpeechError::Unfit("this model knows only English, so it can't translate\nhint: use a model without `.en` in its name".into()));
    }
    if let Language::Known(code) = &settings.language {
        if !vocabulary.is_multilingual() && code != "en" {
            return Err(SpeechError::Unfit(format!(
                "this model knows only English, but the language is to be `{code}`\nhint: use a model without `.en` in its name"
            )));
        }
        if vocabulary.is_multilingual() && vocabulary.language_token(code).is_none() {
            return Err(SpeechError::Unfit(format!("this model does not know a language `{code}`")));
        }
    }
    Ok(())
}

fn frames_of(stretch: &Range<MediaTime>) -> Range<usize> {
    (stretch.start.as_millis() / 10) as usize..stretch.end.as_millis().div_ceil(10) as usize
}

/// Puts the segments of all lanes in order and works out what was skipped.
fn finished(progress: Progress, frames: usize) -> Transcription {
    let language = progress.language.unwrap_or(("en".into(), 0.0));
    let mut skipped = Vec::new();
    let mut heard_to = 0;
    for clip in progress.lanes.iter().flat_map(|lane| &lane.plan.clips) {
        if clip.start > heard_to {
            skipped.push(time_of_frame(heard_to)..time_of_frame(clip.start));
        }
        heard_to = clip.end;
    }
    if frames > heard_to {
        skipped.push(time_of_frame(heard_to)..time_of_frame(frames));
    }
    let segments = progress.lanes.into_iter().flat_map(|lane| lane.segments).collect();
    Transcription { segments, language, skipped }
}

/// Listens to one recording.
struct Ear<'a, M: Model, S: Samples + ?Sized> {
    model: &'a M,
    settings: &'a Settings,
    rules: Rules,
    spectrometer: Spectrometer,
    loudest: LoudestMel,
    samples: &'a S,
    /// Runs of frames where somebody speaks, if that is known.
    voice: Option<Vec<Range<usize>>>,
    /// Windows that are being decoded, one of a lane and as many as a batch at most.
    under_way: Vec<UnderWay<M>>,
}

/// A window of a lane.
struct Heading {
    lane: usize,
    frames: Range<usize>,
    language: String,
}

/// A window on its way through the model.
struct UnderWay<M: Model> {
    heading: Heading,
    decoding: Decoding<M>,
}

impl<M: Model, S: Samples + ?Sized> Ear<'_, M, S> {
    /// Listens until a window is done, or several; `false` if none is left.
    fn listen(&mut self, progress: &mut Progress) -> Result<bool, SpeechError> {
        self.set_out(progress)?;
        let method = Method { model: self.model, rules: &self.rules, settings: self.settings };
        let found = loop {
            let mut windows: Vec<_> = self.under_way.iter_mut().map(|window| &mut window.decoding).collect();
            if windows.is_empty() {
                return Ok(false);
            }
            let found = search::step(&method, &mut windows)?;
            if found.iter().any(Option::is_some) {
                break found;
            }
        };
        for (window, found) in std::mem::take(&mut self.under_way).into_iter().zip(found) {
            match found {
                Some(found) => {
                    let lane = &mut progress.lanes[window.heading.lane];
                    self.take_down(lane, &window.heading, window.decoding.audio(), found)?;
                }
                None => self.under_way.push(window),
            }
        }
        Ok(true)
    }

    /// Sends the next windows of lanes that have none under way, as long as there is room for them.
    fn set_out(&mut self, progress: &mut Progress) -> Result<(), SpeechError> {
        let room = self.settings.batch.max(1).saturating_sub(self.under_way.len());
        let voice = self.voice.as_deref();
        let is_waiting = |lane: usize| self.under_way.iter().all(|window| window.heading.lane != lane);
        let waiting = progress.lanes.iter_mut().enumerate().filter(|(at, _)| is_waiting(*at));
        let next = waiting.filter_map(|(at, lane)| Some((at, lane.next_window(voice)?)));
        let next: Vec<(usize, Range<usize>)> = next.take(room).collect();
        if next.is_empty() {
            return Ok(());
        }
        let mut mels = Vec::new();
        for (_, frames) in &next {
            mels.push(self.spectrometer.log_mel(self.samples, frames.start, frames.len(), self.loudest)?);
        }
        let audio = self.model.encode(mels)?;
        let languages = self.languages(progress, &audio)?;
        for (((lane, frames), language), audio) in next.into_iter().zip(languages).zip(audio) {
            let prompt = self.prompt(&language, &progress.lanes[lane].told);
            // A window draws the same whatever windows are beside it.
            let seed = self.settings.seed.wrapping_add(frames.start as u64);
            let decoding = Decoding::new(audio, prompt, seed);
            self.under_way.push(UnderWay { heading: Heading { lane, frames, language }, decoding });
        }
        Ok(())
    }

    /// The language of each window: known, found out once, or found out each time.
    fn languages(&self, progress: &mut Progress, audio: &[M::Audio]) -> Result<Vec<String>, ModelError> {
        let vocabulary = self.model.vocabulary();
        if let Language::Known(code) = &self.settings.language {
            progress.language = Some((code.clone(), 1.0));
        } else if !vocabulary.is_multilingual() {
            progress.language = Some(("en".into(), 1.0));
        } else if progress.language.is_none() || self.settings.language == Language::DetectEach {
            let detected = search::detect_languages(self.model, &audio.iter().collect::<Vec<_>>())?;
            let first = detected.first().and_then(|languages| languages.first());
            let (main, _) = progress.language.get_or_insert_with(|| {
                first.map_or(("en".into(), 0.0), |(code, share)| (code.to_string(), *share))
            });
            if self.settings.language == Language::DetectEach {
                let certain = |languages: &Vec<(&str, f32)>| match languages.first() {
                    Some((code, share)) if *share >= CERTAIN_LANGUAGE => code.to_string(),
                    _ => main.clone(),
                };
                return Ok(detected.iter().map(certain).collect());
            }
        }
        let main = progress.language.as_ref().map_or("en", |(code, _)| code);
        Ok(vec![main.to_string(); audio.len()])
    }

    /// What the decoder is told before the words of a window.
    ///
    /// Follows `get_prompt` of faster-whisper: half of the positions less one are for what was said before.
    fn prompt(&self, language: &str, told: &[u32]) -> Prompt {
        let vocabulary = self.model.vocabulary();
        let room = self.model.text_positions() / 2 - 1;
        let mut before = Vec::new();
        let expected = self.settings.vocabulary.as_deref().map(|words| encode_spoken(vocabulary, words));
        if expected.is_some() || !told.is_empty() {
            before.push(vocabulary.start_of_previous());
            let expected = expected.unwrap_or_default();
            let expected = &expected[..expected.len().min(room)];
            before.extend_from_slice(expected);
            // Both together must leave half of the positions to the transcript.
            before.extend_from_slice(&told[told.len().saturating_sub(room - expected.len())..]);
        }
        before.push(vocabulary.start_of_transcript());
        Prompt { before, task: self.task_tokens(language) }
    }

    fn task_tokens(&self, language: &str) -> Vec<u32> {
        let vocabulary = self.model.vocabulary();
        if !vocabulary.is_multilingual() {
            return Vec::new();
        }
        let task = match self.settings.task {
            Task::Transcribe => vocabulary.transcribe(),
            Task::Translate => vocabulary.translate(),
        };
        vocabulary.language_token(language).into_iter().chain([task]).collect()
    }

    /// Writes down what was found in a window and moves its lane on.
    fn take_down(
        &self,
        lane: &mut LaneState,
        heading: &Heading,
        audio: &M::Audio,
        found: Found,
    ) -> Result<(), ModelError> {
        lane.until = None;
        if self.is_silent(&found) && self.may_have_misled(lane, heading) {
            lane.told.clear();
            return Ok(());
        }
        if self.is_silent(&found) || self.is_too_much(heading, &found) {
            lane.frame = heading.frames.end;
            lane.again = false;
            return Ok(());
        }
        let (pieces, heard) = split(self.model.vocabulary(), &found.tokens, heading.frames.len());
        let mut segments = self.segments(heading, &found, &pieces);
        if self.settings.word_times {
            self.add_words(&mut segments, heading, audio, &pieces)?;
        }
        let mut pieces = pieces.iter();
        segments.retain(|segment| {
            pieces.next().is_some_and(|piece| piece.start_frame < piece.end_frame)
                && !segment.text.trim().is_empty()
        });
        if let Some(at) = self.says_too_little(lane, heading, &segments) {
            self.step_back(lane, heading, &mut segments, at);
        } else {
            self.move_on(lane, heading, heard, segments.last());
            self.remember(lane, &segments, found.temperature);
        }
        lane.segments.extend(segments.into_iter().filter(|segment| says_something(&segment.text)));
        Ok(())
    }

    /// The first segment of a window that says too little for the voice in it, unless the window was itself begun for that.
    fn says_too_little(&self, lane: &LaneState, heading: &Heading, segments: &[Segment]) -> Option<usize> {
        let lines = segments.iter().map(|segment| (frames_of(&(segment.start..segment.end)), &*segment.text));
        first_too_short(self.voice.as_deref()?, &heading.frames, lines, lane.again)
    }

    /// Lets the next window begin with one of this window's segments, and keeps only what stands before it. That window ends at the
    /// longest pause in the segment, in its middle if there is none, and is told nothing: what comes behind or was said before may be why so little was heard.
    fn step_back(&self, lane: &mut LaneState, heading: &Heading, segments: &mut Vec<Segment>, at: usize) {
        let frames = frames_of(&(segments[at].start..segments[at].end));
        lane.frame = frames.start.max(heading.frames.start);
        let rest = lane.frame + BRIEF_WINDOW..frames.end.min(heading.frames.end);
        lane.until =
            self.voice.as_ref().map(|voice| longest_pause(voice, rest.start.midpoint(rest.end), &rest));
        lane.again = true;
        lane.told.clear();
        segments.truncate(at);
    }

    /// Decides where the lane's next window begins: behind the `heard` frames of this one, or where its last words end.
    fn move_on(&self, lane: &mut LaneState, heading: &Heading, heard: usize, last: Option<&Segment>) {
        let window = &heading.frames;
        let behind = (window.start + heard).min(window.end);
        let again = self.voice.as_ref().zip(last).and_then(|(voice, last)| {
            let words_end = frames_of(&(last.start..last.end)).end;
            heard_again_from(voice, &(window.start..behind), words_end, lane.again)
        });
        lane.frame = again.unwrap_or(behind);
        lane.again = again.is_some();
    }

    fn is_silent(&self, found: &Found) -> bool {
        let settings = self.settings;
        settings.no_speech_limit.is_some_and(|limit| found.no_speech_probability > limit)
            && settings.log_probability_limit.is_none_or(|limit| found.average_log_probability <= limit)
    }

    /// Whether somebody speaks in a window that was found silent, and something was told before it: behind a farewell
    /// models expect nothing more. Told nothing, the same window is heard once more.
    fn may_have_misled(&self, lane: &LaneState, heading: &Heading) -> bool {
        let voice = self.voice.as_deref();
        !lane.told.is_empty() && voice.is_some_and(|voice| is_full_of_voice(voice, &heading.frames))
    }

    /// Whether more was found in a brief window than anybody can say in it: of the last moment of a stretch, models make what
    /// they were told was said before. The reference has no such moments, since it doesn't skip silence in this way.
    fn is_too_much(&self, heading: &Heading, found: &Found) -> bool {
        let frames = heading.frames.len();
        let characters = || self.model.vocabulary().decode(&found.tokens).trim().chars().count();
        self.voice.is_some()
            && frames < BRIEF_WINDOW
            && is_too_fast(characters(), time_of_frame(frames).as_seconds_f64())
    }

    /// Segments with their text; what the model placed behind the end of the sound stands at that end,
    /// without length, for [`crate::suspect`] to mark.
    fn segments(&self, heading: &Heading, found: &Found, pieces: &[Piece]) -> Vec<Segment> {
        let end = heading.frames.end;
        let time = |frame: usize| time_of_frame((heading.frames.start + frame).min(end));
        let segments = pieces.iter().map(|piece| Segment {
            start: time(piece.start_frame),
            end: time(piece.end_frame),
            text: self.model.vocabulary().decode(&piece.tokens),
            tokens: piece.tokens.clone(),
            language: heading.language.clone(),
            temperature: found.temperature,
            average_log_probability: found.average_log_probability,
            no_speech_probability: found.no_speech_probability,
            compression_ratio: found.compression_ratio,
            words: Vec::new(),
            suspects: Vec::new(),
        });
        segments.collect()
    }

    fn add_words(
        &self,
        segments: &mut [Segment],
        heading: &Heading,
        audio: &M::Audio,
        pieces: &[Piece],
    ) -> Result<(), ModelError> {
        let end_of_text = self.model.vocabulary().end_of_text();
        let text_of = |piece: &Piece| -> Vec<u32> {
            piece.tokens.iter().copied().filter(|token| *token < end_of_text).collect()
        };
        let mut sequence = vec![self.model.vocabulary().start_of_transcript()];
        sequence.extend(self.task_tokens(&heading.language));
        let heard = Heard {
            sequence: &sequence,
            text: &pieces.iter().flat_map(text_of).collect::<Vec<_>>(),
            language: &heading.language,
            frames: heading.frames.len(),
            offset: time_of_frame(heading.frames.start),
        };
        let mut words = words::align(self.model, audio, &heard)?.into_iter();
        for (segment, piece) in segments.iter_mut().zip(pieces) {
            let mut tokens = text_of(piece).len();
            while tokens > 0 {
                let Some(timed) = words.next() else { break };
                tokens = tokens.saturating_sub(timed.token_count);
                segment.words.push(timed.word);
            }
            words::settle(&mut segment.words, segment.start, segment.end);
        }
        Ok(())
    }

    /// Notes what the next window of the lane is told.
    fn remember(&self, lane: &mut LaneState, segments: &[Segment], temperature: f32) {
        if !self.settings.condition_on_previous || temperature > TOLD_UP_TO_TEMPERATURE {
            lane.told.clear();
            return;
        }
        lane.told.extend(segments.iter().flat_map(|segment| &segment.tokens));
        let room = self.model.text_positions() / 2 - 1;
        lane.told.drain(..lane.told.len().saturating_sub(room));
    }
}

/// Whether a text holds anything but marks: over noise, models write lines of full stops.
fn says_something(text: &str) -> bool {
    let is_mark = |character: char| {
        character.is_whitespace() || character.general_category_group() == GeneralCategoryGroup::Punctuation
    };
    !text.chars().all(is_mark)
}

fn encode_spoken(vocabulary: &Vocabulary, text: &str) -> Vec<u32> {
    vocabulary.encode(&format!(" {}", text.trim()))
}

/// Where a recording of `samples` samples ends.
pub fn end_of(samples: u64) -> MediaTime {
    MediaTime::from_millis(samples * 1000 / SAMPLE_RATE_HZ as u64)
}

#[cfg(test)]
mod tests;
