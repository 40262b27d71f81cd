//! Places of the world, what lies in them, and what their people are called: a small table.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::parse::EntityKind;

/// What a name is in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// A country or town, a larger area, or a people.
    pub(super) kind: EntityKind,
    /// Whether people have that name as well.
    pub(super) may_be_person: bool,
    /// Whether it is that country or area itself, and nothing in it.
    pub(super) is_area: bool,
    /// The country or area in whose line it stands.
    pub(super) area: &'static str,
}

static TABLE: LazyLock<HashMap<&'static str, Known>> = LazyLock::new(read);

/// What a name means, if it is in the table. Names are told apart by their case.
pub(super) fn known(name: &str) -> Option<Known> {
    TABLE.get(name).copied()
}

fn read() -> HashMap<&'static str, Known> {
    let mut table = HashMap::new();
    for line in include_str!("places.txt").lines().filter(|line| !line.starts_with('#')) {
        let area = line.strip_prefix('*');
        let kind = if area.is_some() { EntityKind::Location } else { EntityKind::Country };
        let mut columns = area.unwrap_or(line).split(';').map(str::trim);
        let area = columns.clone().next().unwrap_or_default().trim_start_matches('?');
        let area = area.split(", ").next().unwrap_or_default();
        let kinds = [(kind, true), (kind, false), (EntityKind::Group, false)];
        for (column, (kind, is_area)) in columns.by_ref().zip(kinds) {
            for name in column.split(", ").filter(|name| !name.is_empty()) {
                let may_be_person = name.starts_with('?');
                // A name that stands twice, as Portland does, is a place either way.
                table.entry(name.trim_start_matches('?')).or_insert(Known {
                    kind,
                    may_be_person,
                    is_area,
                    area,
                });
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_the_table_says() {
        #[track_caller]
        fn check(name: &str, expected: Option<(EntityKind, bool)>) {
            assert_eq!(known(name).map(|known| (known.kind, known.may_be_person)), expected, "for {name}");
        }
        check("Kyiv", Some((EntityKind::Country, false)));
        check("Jordan", Some((EntityKind::Country, true)));
        check("Jordanians", Some((EntityKind::Group, false)));
        check("Middle East", Some((EntityKind::Location, false)));
        check("D.C.", Some((EntityKind::Country, false)));
        check("Polish", Some((EntityKind::Group, false)));
        check("polish", None);
        check("", None);
        check("Harbourtown", None);
    }

    #[test]
    fn every_line_has_three_columns_at_most() {
        for line in include_str!("places.txt").lines().filter(|line| !line.starts_with('#')) {
            assert!((2..=3).contains(&line.split(';').count()), "`{line}`");
            assert!(!line.contains(",,") && !line.contains("; ;;"), "`{line}`");
        }
    }
}
