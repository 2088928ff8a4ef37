//! Fragments: those that are spread are there and fit (sections 5.5.2.1 and 5.5.2.3), and those that are there are
//! spread (5.5.1.4). That none is spread within itself (5.5.2.2) the gate has seen.

use std::collections::{HashMap, HashSet};

use super::{
    report::{Exhausted, Report, suggestion},
    types::Types,
    walk::{Scope, Walked},
};

/// Looks at all spreads.
pub(super) fn check(types: &Types, walked: &Walked, report: &mut Report) -> Result<(), Exhausted> {
    let known: HashMap<&str, _> =
        walked.fragments.iter().map(|(name, fragment, scope)| (*name, (fragment, scope))).collect();
    let scopes = || scopes(walked);
    for spread in scopes().flat_map(|scope| &scope.spreads) {
        let Some((fragment, _)) = known.get(spread.name) else {
            let names = known.keys().copied();
            report.tell(spread.place, || {
                format!("There is no fragment “{}”.{}", spread.name, suggestion(spread.name, names))
            });
            continue;
        };
        let on = fragment.node.type_condition.node.on.node.as_str();
        if let Some(parent) = spread.parent.filter(|parent| types.is_composite(on) && !types.overlap(parent, on)) {
            let message = || format!("“{}” is on “{on}”, which no “{parent}” is: leave it out here.", spread.name);
            report.tell(spread.place, message);
        }
    }
    let mut used = HashSet::new();
    let mut open: Vec<&Scope> = walked.operations.iter().map(|(_, scope)| scope).collect();
    while let Some(scope) = open.pop() {
        report.spend(1 + scope.spreads.len())?;
        let fresh = scope.spreads.iter().filter(|spread| used.insert(spread.name));
        open.extend(fresh.filter_map(|spread| known.get(spread.name).map(|(_, scope)| *scope)));
    }
    for (name, fragment, _) in walked.fragments.iter().filter(|(name, ..)| !used.contains(name)) {
        report.tell(fragment.pos, || format!("No operation uses the fragment “{name}”: leave it out."));
    }
    Ok(())
}

fn scopes<'w, 'a>(walked: &'w Walked<'a>) -> impl Iterator<Item = &'w Scope<'a>> {
    let operations = walked.operations.iter().map(|(_, scope)| scope);
    operations.chain(walked.fragments.iter().map(|(.., scope)| scope))
}
