//! What a recording says about itself.

use record::MediaTime;
use symphonia::core::meta::{MetadataRevision, StandardTag, Tag};

/// What is known of a recording without decoding all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaFacts {
    /// The kind of file, in small letters: `wav`, `mp3`, `mp4`, `matroska`, `ogg`, `flac` ...
    pub container: String,
    /// The coding of the sound, in small letters: `pcm_s16le`, `mp3`, `aac`, `opus`, `vorbis`, `flac` ...
    pub codec: String,
    /// The sample rate of the sound as it is stored, in Hz. What [`crate::Samples`] gives has 16 kHz.
    pub sample_rate_hz: u32,
    /// The number of channels of the sound as it is stored.
    pub channels: u32,
    /// How long it is, as the file states it or as its size suggests; `None` where neither says.
    pub duration: Option<MediaTime>,
    /// The length of the file.
    pub bytes: u64,
    /// Whether there is a picture track beside the sound.
    pub has_video: bool,
    /// Whether `ffmpeg` decodes it, because we can't.
    pub by_ffmpeg: bool,
    /// What the makers of the file wrote about it.
    pub tags: Tags,
}

/// What the makers of a file wrote about it. Absent tags are `None`; the text is as they wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// Title of the recording.
    pub title: Option<String>,
    /// Who made it: an artist, an author or a station.
    pub artist: Option<String>,
    /// The album; of a podcast or broadcast, the show.
    pub album: Option<String>,
    /// When it was published or recorded, in whatever form.
    pub date: Option<String>,
    /// A remark.
    pub comment: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// The language of the sound, in whatever form.
    pub language: Option<String>,
    /// The kind of thing it is.
    pub genre: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
}

/// Longest tag that is kept, in bytes. Podcasts put show notes of a few kilobytes into a tag.
const TAG_LIMIT_BYTES: usize = 64 * 1024;

impl Tags {
    /// Takes over what a container's metadata says, where nothing is known yet.
    pub(crate) fn absorb(&mut self, revision: &MetadataRevision) {
        let tracks = revision.per_track.iter().flat_map(|track| &track.metadata.tags);
        for tag in revision.media.tags.iter().chain(tracks) {
            self.absorb_tag(tag);
        }
    }

    fn absorb_tag(&mut self, tag: &Tag) {
        let name = described_as(tag);
        match &tag.std {
            // iTunes keeps its settings in comments.
            Some(StandardTag::Comment(_)) if name.starts_with("iTun") => {}
            Some(standard) => self.absorb_standard(standard),
            None => self
                .absorb_named(if name.is_empty() { &tag.raw.key } else { &name }, &tag.raw.value.to_string()),
        }
    }

    fn absorb_standard(&mut self, tag: &StandardTag) {
        use StandardTag as T;
        let (place, text) = match tag {
            T::TrackTitle(text) | T::MovieTitle(text) | T::TvEpisodeTitle(text) => (&mut self.title, text),
            T::Artist(text) | T::Author(text) | T::AlbumArtist(text) => (&mut self.artist, text),
            T::Album(text) | T::TvSeriesTitle(text) | T::CollectionTitle(text) => (&mut self.album, text),
            T::ReleaseDate(text) | T::RecordingDate(text) | T::OriginalReleaseDate(text) => {
                (&mut self.date, text)
            }
            T::Comment(text) => (&mut self.comment, text),
            T::Description(text) | T::Synopsis(text) | T::Summary(text) | T::PodcastDescription(text) => {
                (&mut self.description, text)
            }
            T::Url(text) | T::UrlPodcast(text) | T::UrlSource(text) | T::UrlOfficial(text) => {
                (&mut self.url, text)
            }
            T::Language(text) => (&mut self.language, text),
            T::Genre(text) => (&mut self.genre, text),
            T::Label(text) | T::TvNetwork(text) => (&mut self.publisher, text),
            T::ReleaseYear(year) | T::RecordingYear(year) => return keep(&mut self.date, &year.to_string()),
            _ => return,
        };
        keep(place, text);
    }

    /// Takes over a tag by the name that it has in a file or in the output of `ffprobe`.
    pub(crate) fn absorb_named(&mut self, name: &str, text: &str) {
        let place = match name.to_ascii_lowercase().as_str() {
            "title" => &mut self.title,
            "artist" | "author" | "album_artist" => &mut self.artist,
            "album" | "show" | "podcast" => &mut self.album,
            "date" | "year" | "creation_time" => &mut self.date,
            "comment" => &mut self.comment,
            "description" | "synopsis" => &mut self.description,
            "url" | "purl" | "podcasturl" | "wwwaudiosource" => &mut self.url,
            "language" => &mut self.language,
            "genre" => &mut self.genre,
            "publisher" => &mut self.publisher,
            _ => return,
        };
        keep(place, text);
    }
}

/// The name within a frame of ID3: comments have one, and tags of any name.
fn described_as(tag: &Tag) -> String {
    let fields = tag.raw.sub_fields.iter().flatten();
    let mut names =
        fields.filter(|field| ["DESCRIPTION", "SHORT_DESCRIPTION"].contains(&field.field.as_str()));
    names.next().map(|field| field.value.to_string()).unwrap_or_default()
}

/// Keeps the first text that is not blank, without the zeros that some writers end it with.
fn keep(place: &mut Option<String>, text: &str) {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if place.is_none() && !text.is_empty() {
        let fits = |end: &usize| text.is_char_boundary(*end);
        let end = (0..=text.len().min(TAG_LIMIT_BYTES)).rev().find(fits).unwrap_or(0);
        *place = Some(text[..end].to_owned());
    }
}
