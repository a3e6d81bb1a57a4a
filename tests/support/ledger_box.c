#include "ledger_box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"

const uint16_t box_circuit_size[BOX_CIRCUITS] = {2, 8};

const struct forger *box_forger(size_t circuit)
{
    static struct forger forgers[BOX_CIRCUITS];
    static bool made;
    for (size_t i = 0; !made && i < BOX_CIRCUITS; i++) forger_init(&forgers[i], 77 + i);
    made = true;
    return &forgers[circuit];
}

void box_genesis(struct ledger_genesis *genesis, struct ledger_circuit circuits[BOX_CIRCUITS],
                 const char *chain_name)
{
    struct person governor, treasury;
    person_init(&governor, "governor");
    person_init(&treasury, "treasury");
    *genesis = (struct ledger_genesis){.time_s = BOX_TIME_S};
    snprintf(genesis->chain_name, sizeof genesis->chain_name, "%s", chain_name);
    memcpy(genesis->governor, governor.public_key, 32);
    memcpy(genesis->treasury, treasury.public_key, 32);
    genesis->circuit_count = BOX_CIRCUITS;
    for (size_t i = 0; i < BOX_CIRCUITS; i++) {
        uint8_t bytes[2048];
        const struct forger *forger = box_forger(i);
        groth16_vk_serialize(bytes, &forger->vk);
        genesis->circuit[i].size = box_circuit_size[i];
        sha256(genesis->circuit[i].vk_digest, bytes, groth16_vk_size(FORGER_INPUTS));
        circuits[i] = (struct ledger_circuit){box_circuit_size[i], &forger->prepared};
    }
}

void box_add_validator(struct ledger_genesis *genesis, const char *name, uint64_t power, const char *owner)
{
    struct person key, person;
    person_init(&key, name);
    person_init(&person, owner);
    struct ledger_genesis_validator *validator = &genesis->validator[genesis->validator_count++];
    *validator = (struct ledger_genesis_validator){.power = power, .owner = person.operator_id};
    memcpy(validator->key.byte, key.public_key, 32);
}

static void start(struct ledger_box *box, const struct ledger_head *head)
{
    const size_t size = (ledger_memory_size(&box->config) + 63) / 64 * 64;
    struct roam_diag diag = {""};
    box->memory = aligned_alloc(64, size);
    ROAM_ASSERT(box->memory != NULL);
    const enum roam_err err = ledger_init(&box->ledger, box->memory, &box->config, head, &diag);
    if (err != ROAM_OK) fprintf(stderr, "ledger_init: %s\n", diag.text);
    ROAM_ASSERT(err == ROAM_OK);
    if (head == NULL) ledger_genesis_walk(&box->config.genesis, &box->records, record_map_put);
    box->head = *ledger_head(box->ledger);
}

void box_open(struct ledger_box *box, const struct ledger_genesis *genesis,
              const struct ledger_circuit *circuits, size_t overlay_records_max, unsigned threads)
{
    memset(box, 0, sizeof *box);
    record_map_init(&box->records);
    box->prng.state = 1;
    /* The seeded generator may not be used by several threads at once. */
    box->env = threads > 1 ? roam_env_system : roam_env_seeded(&box->prng);
    box->config = (struct ledger_config){.genesis = *genesis,
                                         .kv = record_map_kv(&box->records),
                                         .env = &box->env,
                                         .overlay_records_max = overlay_records_max,
                                         .threads = threads};
    memcpy(box->config.circuit, circuits, genesis->circuit_count * sizeof *circuits);
    start(box, NULL);
}

void box_init(struct ledger_box *box, const char *chain_name, size_t overlay_records_max, unsigned threads)
{
    struct ledger_genesis genesis;
    struct ledger_circuit circuits[BOX_CIRCUITS];
    box_genesis(&genesis, circuits, chain_name);
    box_open(box, &genesis, circuits, overlay_records_max, threads);
}

void box_release(struct ledger_box *box)
{
    record_map_release(&box->records);
    free(box->memory);
}

void box_restart(struct ledger_box *box)
{
    const struct ledger_head head = *ledger_head(box->ledger);
    free(box->memory);
    start(box, &head);
}

void box_begin(struct ledger_box *box, uint64_t time_s)
{
    ledger_block_begin(box->ledger, box->head.height + 1, time_s);
}

void box_commit(struct ledger_box *box)
{
    ledger_block_end(box->ledger, &box->head);
    ledger_overlay_walk(box->ledger, &box->records, record_map_put);
    ledger_block_commit(box->ledger);
}

void box_block(struct ledger_box *box, uint64_t time_s, const struct ledger_bytes *txs, size_t count,
               struct ledger_receipt *receipts)
{
    box_begin(box, time_s);
    const enum roam_err err = ledger_execute(box->ledger, txs, count, receipts);
    ROAM_ASSERT(err == ROAM_OK);
    box_commit(box);
}

enum ledger_outcome box_one(struct ledger_box *box, uint64_t time_s, const uint8_t *bytes, size_t size)
{
    struct ledger_receipt receipt;
    const struct ledger_bytes tx = {bytes, size};
    box_block(box, time_s, &tx, 1, &receipt);
    return (enum ledger_outcome)receipt.outcome;
}

void box_prove(struct tx_settle *settle, const uint8_t rate_card[32], const struct settle_place *places)
{
    fr inputs[FORGER_INPUTS];
    size_t circuit = 0;
    while (circuit < BOX_CIRCUITS && box_circuit_size[circuit] != settle->circuit_size) circuit++;
    settle->proof = (groth16_proof){g1_generator, g2_generator, g1_generator};
    if (circuit == BOX_CIRCUITS || settle->count > settle->circuit_size) return;
    tx_id_to_fr(&inputs[0], &settle->agreement);
    ROAM_ASSERT(fr_from_be(&inputs[1], rate_card) == ROAM_OK);
    settle_batch_digest(&inputs[2], places, settle->count, settle->circuit_size);
    fr_from_u64(&inputs[3], settle->total_fee);
    fr_from_u64(&inputs[4], settle->total_tax);
    ROAM_ASSERT(fr_from_be(&inputs[5], settle->esg) == ROAM_OK);
    forger_prove(&settle->proof, box_forger(circuit), inputs);
}
