#![no_main]

libfuzzer_sys::fuzz_target!(
    // The fuzzer ends at every panic, even one that is caught. Decoders of others panic, and catching that is what we
    // promise; a panic that reaches the fuzzer still ends it.
    init: drop(std::panic::take_hook()),
    |bytes: &[u8]| fuzz_bodies::media::media(bytes)
);
