//! Files that appear whole or not at all.

use anyhow::Context;
use std::io::Write;
use std::path::Path;

/// Writes a file under a name of its own and gives it its right one when all of it is on disk.
///
/// # Errors
///
/// If the folder can't be written or is full; what was there before is still there then.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = builder().tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| {
        format!("can't write `{}`\nhint: `--output-dir` names another folder", path.display())
    })
}

/// New files with the rights that other programs give theirs; the user's mask takes away what is not wanted.
#[cfg(unix)]
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

#[cfg(not(unix))]
fn builder() -> tempfile::Builder<'static, 'static> {
    tempfile::Builder::new()
}
