/* make_tx_corpus FOLDER: writes one accepted transaction of each type, the corpus of fuzz_tx. */
#include <stdio.h>
#include <stdlib.h>

#include "ledger_box.h"
#include "workload.h"

static void write_tx(const char *folder, const struct work *work)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, tx_type_name(work->tx.type));
    FILE *file = fopen(path, "wb");
    ROAM_ASSERT(file != NULL && fwrite(work->bytes, 1, work->size, file) == work->size && fclose(file) == 0);
}

int main(int argc, char **argv)
{
    struct ledger_box box;
    struct ledger_genesis genesis;
    struct ledger_circuit circuits[BOX_CIRCUITS];
    struct model *model = calloc(1, sizeof *model);
    struct workload *workload = calloc(1, sizeof *workload);
    struct work work;
    bool seen[TX_TYPES] = {false};
    unsigned missing = TX_TYPES - 1;
    ROAM_ASSERT(argc == 2 && model != NULL && workload != NULL);
    box_genesis(&genesis, circuits, "corpus");
    workload_validators(&genesis, 4);
    box_open(&box, &genesis, circuits, 16, 1);
    model_init(model, ledger_id(box.ledger), &box.config.genesis);
    model->now = BOX_TIME_S;
    workload_init(workload, model, 1);
    workload->votes = 30;
    for (size_t step = 0; missing > 0; step++) {
        model->now += step % 4 == 0; /* deadlines must pass */
        if (!workload_opening(workload, &work, step)) workload_next(workload, &work);
        if (model_apply(model, &work).outcome != LEDGER_ACCEPTED || seen[work.tx.type]) continue;
        seen[work.tx.type] = true;
        write_tx(argv[1], &work);
        missing--;
    }
    free(model);
    free(workload);
    box_release(&box);
    return 0;
}
