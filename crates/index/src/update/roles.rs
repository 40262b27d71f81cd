//! Which documents have another role among copies than they were indexed with.

use archive::DocumentPath;

use super::plan::Task;
use crate::catalogue::Role;
use crate::copies::{Member, group};

/// The documents that have to be indexed anew, with the roles that they are to have, in the order of their paths.
pub(super) fn changed(documents: Vec<(Member, Role)>) -> Vec<Task> {
    let copies = group(documents.iter().map(|(member, _)| member.clone()).collect());
    let mut tasks = Vec::new();
    for (member, known) in documents {
        let role = Role { copy_of: copies.get(&member.number).copied() };
        let path = DocumentPath::new(member.path).filter(|_| role != known);
        tasks.extend(path.map(|path| Task { path, bytes: 0, known: None, role: Some(role) }));
    }
    tasks
}
