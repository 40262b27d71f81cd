//! Names on invented news.
