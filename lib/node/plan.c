#include "plan.h"

void plan_begin(struct plan *plan)
{
    plan->budget = store_budget_full();
    plan->count = 0;
}

size_t plan_add(struct plan *plan, const struct abci_bytes *parcel)
{
    struct parcel_reader reader;
    struct ledger_bytes *tx = &plan->txs[plan->count];
    struct store_budget budget = plan->budget;
    size_t count, taken = 0;
    if (parcel_read_begin(&reader, parcel->at, parcel->size, &count) != ROAM_OK) return 0;
    if (count > budget.txs) return 0;
    while (parcel_read_next(&reader, &tx[taken].bytes, &tx[taken].size)) {
        if (!store_budget_take(&budget, &tx[taken])) return 0;
        taken++;
    }
    plan->budget = budget;
    plan->count += taken;
    return taken;
}
