//! WAV in every form, written here so that each sample is known.

use media::{Input, probe};

use crate::{Decoded, decode_bytes, own};

/// A WAV file around these bytes of sound.
pub(crate) fn wav(tag: u16, rate_hz: u32, channels: u16, bits: u16, sound: &[u8]) -> Vec<u8> {
    let align = channels * bits / 8;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + sound.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0");
    file.extend(tag.to_le_bytes());
    file.extend(channels.to_le_bytes());
    file.extend(rate_hz.to_le_bytes());
    file.extend((rate_hz * u32::from(align)).to_le_bytes());
    file.extend(align.to_le_bytes());
    file.extend(bits.to_le_bytes());
    file.extend(b"data");
    file.extend((sound.len() as u32).to_le_bytes());
    file.extend(sound);
    file
}

/// A mono WAV file of 16-bit samples.
pub(crate) fn wav_of(rate_hz: u32, samples: &[i16]) -> Vec<u8> {
    let sound: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    wav(1, rate_hz, 1, 16, &sound)
}

/// Every third value of 16 bits, which no filter could leave as they are.
pub(crate) fn jagged(count: usize) -> Vec<i16> {
    (0..count).map(|n| (n as i64 * 40_503 % 65_536 - 32_768) as i16).collect()
}

#[track_caller]
fn whole(file: Vec<u8>) -> Decoded {
    let decoded = decode_bytes(file).unwrap();
    assert_eq!(decoded.issue_lines(), "");
    decoded
}

#[test]
fn sixteen_bits_at_16_khz_pass_exactly() {
    let samples = jagged(50_000);
    let expected: Vec<f32> = samples.iter().map(|&sample| f32::from(sample) / 32768.0).collect();
    assert_eq!(whole(wav_of(16_000, &samples)).samples, expected);
}

#[test]
fn every_form_of_sample_means_the_same() {
    let levels = [0.0_f32, 0.5, -0.5, 0.25, -1.0];
    #[track_caller]
    fn check(tag: u16, bits: u16, exactness: f32, sound: Vec<u8>, levels: &[f32]) {
        let decoded = whole(wav(tag, 16_000, 1, bits, &sound));
        for (found, level) in decoded.samples.iter().zip(levels) {
            assert!((found - level).abs() <= exactness, "{found} for {level} in {bits} bits");
        }
        assert_eq!(decoded.samples.len(), levels.len());
    }
    let bytes = |scale: f32, count: usize| -> Vec<u8> {
        levels.iter().flat_map(|level| ((level * scale) as i32).to_le_bytes()[..count].to_vec()).collect()
    };
    check(1, 8, 0.0, levels.iter().map(|level| (level * 128.0 + 128.0) as u8).collect(), &levels);
    check(1, 16, 0.0, bytes(32_768.0, 2), &levels);
    check(1, 24, 0.0, bytes(8_388_608.0, 3), &levels);
    check(1, 32, 0.0, bytes(2_147_483_648.0, 4), &levels);
    check(3, 32, 0.0, levels.iter().flat_map(|level| level.to_le_bytes()).collect(), &levels);
    check(3, 64, 0.0, levels.iter().flat_map(|level| f64::from(*level).to_le_bytes()).collect(), &levels);
    // The codes of G.711 for these levels, to within its steps.
    check(7, 8, 0.02, vec![0xFF, 0x8F, 0x0F, 0x9F, 0x00], &levels);
    check(6, 8, 0.02, vec![0xD5, 0xA5, 0x25, 0xB5, 0x2A], &levels);
}

#[test]
fn lengths_are_exact_at_every_rate() {
    for rate in [8_000_u32, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000] {
        let frames = rate as usize * 3 / 2 + 17;
        let decoded = whole(wav_of(rate, &vec![1000; frames]));
        let expected = (frames as f64 * 16_000.0 / f64::from(rate)).round() as usize;
        assert_eq!(decoded.samples.len(), expected, "{rate} Hz");
    }
}

#[test]
fn surround_is_mixed_without_clipping() {
    let sound: Vec<u8> = std::iter::repeat_n(i16::MAX.to_le_bytes(), 6 * 19_200).flatten().collect();
    let decoded = whole(wav(1, 192_000, 6, 16, &sound));
    assert_eq!(decoded.samples.len(), 1_600);
    let middle = &decoded.samples[400..1_200];
    assert!(middle.iter().all(|&sample| (0.99..=1.0).contains(&sample)), "{:?}", &middle[..8]);
}

#[test]
fn what_is_no_number_is_silence() {
    let sound: Vec<u8> =
        [f32::NAN, f32::INFINITY, 0.5, 1e30].iter().flat_map(|sample| sample.to_le_bytes()).collect();
    assert_eq!(whole(wav(3, 16_000, 1, 32, &sound)).samples, [0.0, 0.0, 0.5, 1.0]);
}

#[test]
fn a_header_of_a_stream_states_no_length() {
    // As programs write that do not know how long the recording will be.
    let mut file = wav_of(16_000, &jagged(40_000));
    file[4..8].fill(0xFF);
    file[40..44].fill(0xFF);
    assert_eq!(whole(file).samples.len(), 40_000);
}

#[test]
fn a_recording_without_a_sample_says_so() {
    let error = decode_bytes(wav_of(16_000, &[])).unwrap_err();
    insta::assert_snapshot!(error, @"`bytes`: the WAV file is damaged: it holds no sound");
}

#[test]
fn facts_of_a_telephone_call() {
    let file = wav(7, 8_000, 1, 8, &[0xFF; 12_000]);
    let input = Input::Stream { name: "call".to_owned(), reader: Box::new(std::io::Cursor::new(file)) };
    let facts = probe(input, &own()).unwrap();
    assert_eq!((facts.container.as_str(), facts.codec.as_str()), ("wav", "pcm_mulaw"));
    assert_eq!((facts.sample_rate_hz, facts.channels, facts.bytes), (8_000, 1, 12_044));
    assert_eq!(facts.duration.map(|duration| duration.as_millis()), Some(1_500));
}
