//! Which documents have another role among copies than they were indexed with.

use std::collections::BTreeMap;

use archive::DocumentPath;

use super::plan::Task;
use crate::catalogue::{DocumentNumber, Publisher, Role};
use crate::copies::{Member, group};

/// The documents that have to be indexed anew, with the roles that they are to have, in the order of their paths.
pub(super) fn changed(documents: Vec<(Member, Role, Publisher)>) -> Vec<Task> {
    let copies = group(documents.iter().map(|(member, _, _)| member.clone()).collect());
    let mut also = BTreeMap::<DocumentNumber, Vec<Publisher>>::new();
    for (member, _, publisher) in &documents {
        if let Some(copy) = copies.get(&member.number) {
            also.entry(copy.leader).or_default().push(publisher.clone());
        }
    }
    let mut tasks = Vec::new();
    for (member, known, _) in documents {
        let copy_of = copies.get(&member.number).copied();
        let role = Role { copy_of, also: also.remove(&member.number).unwrap_or_default() };
        let path = DocumentPath::new(member.path).filter(|_| role != known);
        tasks.extend(path.map(|path| Task { path, bytes: 0, known: None, role: Some(role) }));
    }
    tasks
}
