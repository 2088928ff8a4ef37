//! Plans that stay with their document: what is selected of a root field is compiled once, as long as no variable has a
//! say in it. Arguments of the root field itself are read anew for each request, and only the size of its page matters
//! here, as costs are multiplied by it.

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::Pos;

use super::{
    answer::Plan,
    cost::{Meter, Size},
    object::Object,
};

/// The plans of one document.
#[derive(Default)]
pub struct KeptPlans(Mutex<Vec<Kept>>);

struct Kept {
    /// Where the root field stands. No two fields of a document stand in one place.
    field: Pos,
    size: Size,
    /// What all that is selected of it costs.
    cost: u64,
    plan: Arc<dyn Any + Send + Sync>,
}

impl KeptPlans {
    /// The plan of this root field in a page of this size, whose cost is added up.
    pub fn find<O: Object>(&self, field: Pos, size: Size, meter: &Meter) -> Option<Arc<Plan<O>>> {
        let (plan, cost) = {
            let plans = self.plans();
            let kept = plans.iter().find(|kept| kept.field == field && kept.size == size)?;
            (kept.plan.clone(), kept.cost)
        };
        let plan = plan.downcast().ok()?;
        meter.add(cost);
        Some(plan)
    }

    /// Keeps a plan, in the place of one for another size.
    pub fn keep<O: Object>(&self, field: Pos, size: Size, cost: u64, plan: &Arc<Plan<O>>) {
        let mut plans = self.plans();
        plans.retain(|kept| kept.field != field);
        plans.push(Kept { field, size, cost, plan: plan.clone() });
    }

    fn plans(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for KeptPlans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.plans().iter().map(|kept| kept.field)).finish()
    }
}
