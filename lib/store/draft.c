#include "draft.h"

#include "endian.h"

#include <stdlib.h>
#include <string.h>

void submission_list_init(struct submission_list *list)
{
    *list = (struct submission_list){.end = &list->first};
}

void submission_list_add(struct submission_list *list, struct submission *submission)
{
    submission->next = NULL;
    *list->end = submission;
    list->end = &submission->next;
    list->count++;
}

struct submission *submission_list_take(struct submission_list *list, struct submission **link)
{
    struct submission *taken = *link;
    *link = taken->next;
    if (*link == NULL) list->end = link;
    list->count--;
    return taken;
}

void submission_list_move(struct submission_list *to, struct submission_list *from)
{
    if (from->first == NULL) return;
    *to->end = from->first;
    to->end = from->end;
    to->count += from->count;
    submission_list_init(from);
}

enum roam_err draft_init(struct draft *draft, size_t txs_max)
{
    *draft = (struct draft){.txs_max = txs_max, .slot_count = 2};
    while (draft->slot_count < 2 * txs_max) draft->slot_count *= 2;
    draft->submissions = calloc(txs_max, sizeof *draft->submissions);
    draft->txs = calloc(txs_max, sizeof *draft->txs);
    draft->receipts = calloc(txs_max, sizeof *draft->receipts);
    draft->slots = calloc(draft->slot_count, sizeof *draft->slots);
    bool good =
        draft->submissions != NULL && draft->txs != NULL && draft->receipts != NULL && draft->slots != NULL;
    return good ? ROAM_OK : ROAM_E_NOMEM;
}

void draft_release(struct draft *draft)
{
    free(draft->submissions);
    free(draft->txs);
    free(draft->receipts);
    free(draft->slots);
    *draft = (struct draft){0};
}

void draft_clear(struct draft *draft)
{
    draft->count = draft->bytes = 0;
    draft->budget = (struct store_budget){draft->txs_max, DRAFT_RECORDS_MAX};
    memset(draft->slots, 0, draft->slot_count * sizeof *draft->slots);
}

/* Where the id is in the set, or would be. */
static uint32_t *find_slot(const struct draft *draft, const roam_id *id)
{
    size_t at = (size_t)load_le64(id->byte) & (draft->slot_count - 1);
    while (draft->slots[at] != 0 &&
           memcmp(&draft->submissions[draft->slots[at] - 1]->id, id, sizeof *id) != 0)
        at = (at + 1) & (draft->slot_count - 1);
    return &draft->slots[at];
}

enum draft_answer draft_add(struct draft *draft, struct submission *submission)
{
    uint32_t *slot = find_slot(draft, &submission->id);
    size_t bytes = draft->bytes + submission->tx.size;
    if (*slot != 0) return DRAFT_ID_TAKEN;
    if (bytes > DRAFT_BYTES_MAX || !store_budget_take(&draft->budget, &submission->tx)) return DRAFT_FULL;
    draft->submissions[draft->count] = submission;
    draft->txs[draft->count] = submission->tx;
    *slot = (uint32_t)++draft->count;
    draft->bytes = bytes;
    return DRAFT_TAKEN;
}
