#![no_main]

libfuzzer_sys::fuzz_target!(
    // As with media: the extraction's library may panic on a tree that nobody chose, and catching that is what we promise.
    init: drop(std::panic::take_hook()),
    |bytes: &[u8]| fuzz_bodies::article::article(bytes)
);
