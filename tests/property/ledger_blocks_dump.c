/* Writes a random market as a block log (tests/oracle/block_log.py): ledger_blocks_dump SEED TRANSACTIONS.
 * The log goes to the standard output, numbers by type and by outcome to the standard error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "hex.h"
#include "ledger_box.h"
#include "rare.h"
#include "spoil.h"

enum {
    OPENING_MAX = 32,
    BLOCK_SPOILT_MAX = 4,
    BLOCK_WORKS_MAX = 30,
    BLOCK_MAX = BLOCK_WORKS_MAX + BLOCK_SPOILT_MAX
};

struct dump {
    struct model model;
    struct workload workload, spare;
    struct ledger_box box;
    struct work works[BLOCK_MAX];
    struct spoilt spoilt[BLOCK_SPOILT_MAX];
    struct ledger_bytes txs[BLOCK_MAX];
    struct ledger_receipt receipts[BLOCK_MAX];
    uint64_t types[TX_TYPES][2], outcomes[LEDGER_OUTCOMES]; /* refused, accepted */
    size_t spoilt_total, spoilt_accepted;
};

static void print_hex(const void *data, size_t size, char after)
{
    const uint8_t *bytes = data;
    if (size == 0) putchar('-');
    for (size_t i = 0; i < size; i++) printf("%02x", (unsigned)bytes[i]);
    putchar(after);
}

static void print_header(const struct dump *d)
{
    const struct ledger_genesis *g = &d->box.config.genesis;
    printf("roam-blocks 1\ngenesis ");
    print_hex(g->chain_name, sizeof g->chain_name, ' ');
    print_hex(g->governor, 32, ' ');
    print_hex(g->treasury, 32, ' ');
    printf("%d %llu\n", g->production, (unsigned long long)g->time_s);
    for (size_t i = 0; i < g->circuit_count; i++) {
        uint8_t key[2048];
        groth16_vk_serialize(key, d->box.config.circuit[i].vk->vk);
        printf("circuit %u ", (unsigned)g->circuit[i].size);
        print_hex(g->circuit[i].vk_digest, 32, ' ');
        print_hex(key, groth16_vk_size(FORGER_INPUTS), '\n');
    }
    for (size_t i = 0; i < g->validator_count; i++) {
        printf("validator ");
        print_hex(g->validator[i].key.byte, 32, ' ');
        printf("%llu ", (unsigned long long)g->validator[i].power);
        print_hex(g->validator[i].owner.byte, 32, '\n');
    }
    printf("ledger ");
    print_hex(ledger_id(d->box.ledger), 32, ' ');
    print_hex(d->box.head.app_hash, 32, '\n');
}

/* Whether the proof that the bytes carry holds for what its maker proved, and for which public inputs. */
static bool proved_inputs(uint8_t out[FORGER_INPUTS][32], const struct work *work, struct ledger_bytes bytes)
{
    static _Alignas(64) uint8_t scratch[TX_SIZE_MAX];
    fr inputs[FORGER_INPUTS];
    struct tx tx;
    struct roam_diag diag;
    const struct forger *forger = forger_of_size(work->proof.size);
    if (forger == NULL || work->proof.count > work->proof.size) return false;
    ROAM_ASSERT(tx_parse_scratch_size(bytes.size) <= sizeof scratch);
    if (tx_parse(&tx, bytes.bytes, bytes.size, scratch, &diag) != ROAM_OK || tx.type != TX_SETTLE)
        return false;
    stated_inputs(inputs, work);
    for (size_t i = 0; i < FORGER_INPUTS; i++) fr_to_be(out[i], &inputs[i]);
    return groth16_verify(&forger->prepared, &tx.body.settle.proof, inputs, FORGER_INPUTS) == ROAM_OK;
}

static void print_tx(const struct dump *d, size_t i)
{
    uint8_t receipt[LEDGER_RECEIPT_SIZE], inputs[FORGER_INPUTS][32];
    ledger_receipt_serialize(receipt, &d->receipts[i]);
    printf("tx ");
    print_hex(d->txs[i].bytes, d->txs[i].size, ' ');
    print_hex(receipt, sizeof receipt, ' ');
    if (d->receipts[i].type != TX_SETTLE)
        puts("-");
    else if (proved_inputs(inputs, &d->works[i], d->txs[i]))
        print_hex(inputs, sizeof inputs, '\n');
    else
        puts("none");
}

static void print_block(const struct dump *d, size_t count)
{
    const struct ledger_head *head = &d->box.head;
    uint8_t state[32], root[32];
    printf("block %llu %llu\n", (unsigned long long)head->height, (unsigned long long)head->time_s);
    for (size_t i = 0; i < count; i++) print_tx(d, i);
    lthash_digest(state, &head->state);
    merkle_log_root(root, &head->receipts);
    printf("end ");
    print_hex(head->app_hash, 32, ' ');
    print_hex(state, 32, ' ');
    print_hex(root, 32, '\n');
}

static void run_block(struct dump *d, size_t count)
{
    box_block(&d->box, d->model.now, d->txs, count, d->receipts);
    print_block(d, count);
    for (size_t i = 0; i < count; i++) {
        d->types[d->receipts[i].type][d->receipts[i].outcome == LEDGER_ACCEPTED]++;
        d->outcomes[d->receipts[i].outcome]++;
    }
}

static struct ledger_bytes work_bytes(const struct work *work)
{
    return (struct ledger_bytes){work->bytes, work->size};
}

static size_t opening_block(struct dump *d)
{
    size_t count = 0;
    while (workload_opening(&d->workload, &d->works[count], count)) {
        model_apply(&d->model, &d->works[count]);
        d->txs[count] = work_bytes(&d->works[count]);
        ROAM_ASSERT(++count < OPENING_MAX);
    }
    return count;
}

/* The workload makes what follows by its model, which is not told of spoilt transactions: one that is
 * accepted after all must not use up a sequence number. */
static bool does_no_harm(struct dump *d, const struct ledger_bytes *tx)
{
    static const bool harmless[TX_TYPES] = {
        [TX_OPERATOR_REGISTER] = true, [TX_DEPOSIT] = true,      [TX_AGREEMENT_OPEN] = true,
        [TX_SESSION_OPEN] = true,      [TX_USAGE_COMMIT] = true, [TX_EXPIRE] = true};
    struct ledger_receipt receipt;
    box_begin(&d->box, d->model.now);
    const enum roam_err err = ledger_execute(d->box.ledger, tx, 1, &receipt);
    ROAM_ASSERT(err == ROAM_OK);
    ledger_block_abort(d->box.ledger);
    d->spoilt_accepted += receipt.outcome == LEDGER_ACCEPTED && harmless[receipt.type];
    return receipt.outcome != LEDGER_ACCEPTED || harmless[receipt.type];
}

/* A transaction of some type, every type as often as the others. The workload's numbers and history stay as
 * they are. */
static void any_type(struct dump *d, struct work *work)
{
    const enum tx_type wanted = (enum tx_type)(1 + prng_below(&d->workload.prng, TX_TYPES - 1));
    d->spare = d->workload;
    d->spare.next_serial += UINT64_C(1) << 40;
    d->spare.next_reference += UINT64_C(1) << 40;
    for (int tries = 0; tries < 300; tries++) {
        workload_next(&d->spare, work);
        if (work->tx.type == wanted && !work->malformed) break;
    }
    d->workload.prng = d->spare.prng;
}

static size_t spoilt_ones(struct dump *d)
{
    size_t count = 0;
    for (uint64_t wanted = prng_below(&d->workload.prng, BLOCK_SPOILT_MAX + 1); wanted > 0; wanted--) {
        any_type(d, &d->works[count]);
        if (d->works[count].malformed) continue;
        spoil(&d->spoilt[count], &d->workload, &d->works[count]);
        d->txs[count] = (struct ledger_bytes){d->spoilt[count].bytes, d->spoilt[count].size};
        count += does_no_harm(d, &d->txs[count]);
    }
    d->spoilt_total += count;
    return count;
}

static size_t random_block(struct dump *d)
{
    static const uint64_t steps[] = {0, 1, 1, 5, 20};
    d->model.now += steps[prng_below(&d->workload.prng, 5)];
    if (prng_below(&d->workload.prng, 12) == 0) return 0;
    size_t count = spoilt_ones(d);
    for (uint64_t wanted = prng_below(&d->workload.prng, BLOCK_WORKS_MAX + 1); wanted > 0;
         wanted--, count++) {
        struct work *work = &d->works[count];
        workload_next(&d->workload, work);
        if (work->tx.type == TX_SETTLE && prng_below(&d->workload.prng, 4) == 0)
            enlarge_settle(&d->workload, work);
        if (work->tx.type == TX_DEPOSIT && prng_below(&d->workload.prng, 4) == 0)
            fill_account(&d->workload, work);
        model_apply(&d->model, work);
        d->txs[count] = work_bytes(work);
    }
    return count;
}

/* A box with the two circuits that every box has, and the large one; odd seeds have validators. */
static void open_box(struct dump *d, uint64_t seed)
{
    static const size_t validators[] = {6, LEDGER_VALIDATORS_MAX};
    uint8_t key[2048];
    struct ledger_box two;
    box_init(&two, "blocks", 2 * TX_BATCH_MAX, 1);
    struct ledger_config config = two.config;
    struct ledger_genesis *genesis = &config.genesis;
    box_release(&two);
    groth16_vk_serialize(key, &large_forger()->vk);
    genesis->circuit_count = BOX_CIRCUITS + 1;
    genesis->circuit[BOX_CIRCUITS].size = LARGE_CIRCUIT;
    sha256(genesis->circuit[BOX_CIRCUITS].vk_digest, key, groth16_vk_size(FORGER_INPUTS));
    config.circuit[BOX_CIRCUITS] = (struct ledger_circuit){LARGE_CIRCUIT, &large_forger()->prepared};
    if (seed % 2 == 1) workload_validators(genesis, validators[seed / 2 % 2]);
    box_open(&d->box, genesis, config.circuit, 8192, 1);
}

static void print_counts(const struct dump *d)
{
    fprintf(stderr, "%-20s accepted refused\n", "type");
    for (int i = 0; i < TX_TYPES; i++)
        fprintf(stderr, "%-20s %8llu %7llu\n", i == 0 ? "(not parsed)" : tx_type_name((enum tx_type)i),
                (unsigned long long)d->types[i][1], (unsigned long long)d->types[i][0]);
    for (int i = 0; i < LEDGER_OUTCOMES; i++)
        fprintf(stderr, "%-24s %llu\n", ledger_outcome_name((enum ledger_outcome)i),
                (unsigned long long)d->outcomes[i]);
    fprintf(stderr, "spoilt: %zu, %zu of them accepted\n", d->spoilt_total, d->spoilt_accepted);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s SEED TRANSACTIONS\n", argv[0]);
        return 2;
    }
    struct dump *d = calloc(1, sizeof *d);
    ROAM_ASSERT(d != NULL);
    const size_t wanted = strtoull(argv[2], NULL, 10);
    const uint64_t seed = strtoull(argv[1], NULL, 10);
    open_box(d, seed);
    model_init(&d->model, ledger_id(d->box.ledger), &d->box.config.genesis);
    d->model.now = BOX_TIME_S;
    workload_init(&d->workload, &d->model, seed);
    d->workload.votes = 150;
    print_header(d);
    size_t done = opening_block(d);
    run_block(d, done);
    while (done < wanted) {
        const size_t count = random_block(d);
        run_block(d, count);
        done += count;
    }
    print_counts(d);
    box_release(&d->box);
    free(d);
    return 0;
}
