//! Whatever is asked for, nothing is written outside the cache.

use std::fs;

use super::toys::{Sandbox, names_in};
use crate::Silent;

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(200))]

    #[test]
    fn no_name_makes_a_file_outside_the_cache(name in r"(toy|\.\.|[./\\~:\-\x00\n]|\PC){0,8}") {
        let sandbox = Sandbox::public("http://127.0.0.1:9/toy.bin", b"bytes");
        let _ = sandbox.cache.fetch(&name, &mut Silent);
        let _ = sandbox.cache.verify(&name, &mut Silent);
        let _ = sandbox.cache.locate(&name);
        let inside = sandbox.outside.path().join("a").join(name.replace('\0', ""));
        let _ = sandbox.cache.locate(inside);
        let outside = names_in(sandbox.outside.path());
        proptest::prop_assert!(outside.is_empty() || outside == ["cache"], "{:?}", outside);
        let folders = names_in(sandbox.cache.folder());
        proptest::prop_assert!(
            folders.iter().all(|folder| folder == "locks" || folder.starts_with("toy-ggml-")),
            "{:?}", folders
        );
        let _ = fs::remove_dir_all(sandbox.outside.path());
    }
}
