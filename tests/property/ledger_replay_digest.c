/* Prints the app hash after each hundred blocks of a fixed workload: every build, compiler and machine must
 * print the same. With the name of a file that holds what is expected: compares, and fails at the first
 * difference. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "ledger_box.h"
#include "workload.h"

enum { BLOCKS = 400, LINE_BLOCKS = 100, BLOCK_TXS = 8, SEED = 42 };

struct replay {
    struct model model;
    struct workload workload;
    struct ledger_box box;
    struct work works[32];
    FILE *expected;
};

static size_t fill(struct replay *r, unsigned block)
{
    size_t count = 0;
    if (block == 0)
        while (workload_opening(&r->workload, &r->works[count], count))
            model_apply(&r->model, &r->works[count++]);
    for (; block > 0 && count < BLOCK_TXS; count++) {
        workload_next(&r->workload, &r->works[count]);
        model_apply(&r->model, &r->works[count]);
    }
    return count;
}

static void run_block(struct replay *r, unsigned block)
{
    struct ledger_bytes txs[32];
    struct ledger_receipt receipts[32];
    const size_t count = fill(r, block);
    for (size_t i = 0; i < count; i++) txs[i] = (struct ledger_bytes){r->works[i].bytes, r->works[i].size};
    box_block(&r->box, r->model.now, txs, count, receipts);
    r->model.now += block % 3;
}

/* False if the line is not the expected one. */
static bool print_line(struct replay *r, unsigned blocks)
{
    char hash[65], line[160], wanted[160] = "";
    hex_encode(hash, r->box.head.app_hash, 32);
    snprintf(line, sizeof line, "%u blocks, %llu receipts, app hash %s\n", blocks,
             (unsigned long long)r->box.head.receipts.size, hash);
    fputs(line, stdout);
    if (r->expected == NULL) return true;
    if (fgets(wanted, sizeof wanted, r->expected) != NULL && strcmp(wanted, line) == 0) return true;
    printf("expected: %s", wanted);
    return false;
}

int main(int argc, char **argv)
{
    struct replay *r = calloc(1, sizeof *r);
    bool good = true;
    ROAM_ASSERT(r != NULL);
    if (argc > 1) {
        r->expected = fopen(argv[1], "r");
        ROAM_ASSERT(r->expected != NULL);
    }
    box_init(&r->box, "replay", 4096, 1);
    model_init(&r->model, ledger_id(r->box.ledger), &r->box.config.genesis);
    r->model.now = BOX_TIME_S;
    workload_init(&r->workload, &r->model, SEED);
    for (unsigned block = 0; good && block < BLOCKS; block++) {
        run_block(r, block);
        if ((block + 1) % LINE_BLOCKS == 0) good = print_line(r, block + 1);
    }
    box_release(&r->box);
    if (r->expected != NULL) fclose(r->expected);
    free(r);
    return good ? 0 : 1;
}
