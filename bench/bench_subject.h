/* A circuit of roam with a development key and a witness, for benches of proving.
 *
 * settle-N has all its places taken, and every quantity, price and salt is random over its whole range: a
 * witness of mostly small numbers would be proved faster, and real usage is one. b5groam has the example of
 * the paper's repository, b5groam-N has N copies of that circuit. */
#ifndef BENCH_SUBJECT_H
#define BENCH_SUBJECT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "b5groam.h"
#include "b5groam_copies.h"
#include "prove.h"
#include "r1cs_file.h"
#include "registry.h"
#include "serve.h"
#include "settle.h"
#include "setup.h"

struct subject {
    char name[24];
    unsigned size;                /* places of settle; 0 for b5groam */
    struct b5groam_copies copies; /* count 0 if it is not b5groam-N */
    uint32_t constraint_count, wire_count;
    uint64_t setup_ns;
    struct zkey key;
    struct groth16_vk vk;
    struct groth16_prepared_vk prepared;
    fr *witness; /* [wire_count] */
    void *scratch;
    groth16_proof proof;
    struct settle_session session[SETTLE_SIZE_MAX];
    struct settle_input input;
};

enum { SUBJECT_THREADS_MAX = 64 };

static inline void *subject_memory(size_t size)
{
    void *memory = aligned_alloc(64, (size + 64) / 64 * 64);
    bench_require(memory != NULL, "no memory");
    return memory;
}

static inline uint64_t subject_bits(struct roam_prng *prng, unsigned bits)
{
    return prng_u64(prng) >> (64 - bits);
}

static inline void subject_salt(struct roam_prng *prng, uint8_t salt[32])
{
    prng_bytes(prng, salt, 32);
    salt[31] &= 0x0f;
}

/* Slots 1, 2 and 3 are the last of groups 1, 2 and 3. No sum passes what the rating rule allows. */
static inline void subject_card(struct usage_rate_card *card, struct roam_prng *prng)
{
    *card = (struct usage_rate_card){.scale = (UINT64_C(1) << USAGE_SCALE_BITS) - 1,
                                     .rounding = USAGE_ROUND_HALF_UP,
                                     .service_threshold_ppm = 990000,
                                     .service_credit_ppm = 100000};
    for (unsigned i = 0; i < USAGE_SLOTS; i++)
        card->slot[i] = (struct usage_slot){
            .step = 1 + (uint32_t)subject_bits(prng, USAGE_STEP_BITS - 1),
            .group = (uint8_t)(i % 4),
            .is_energy = i == 0,
            .price = {subject_bits(prng, 39), (UINT64_C(1) << 39) + subject_bits(prng, 39)}};
    for (int c = 0; c < USAGE_COLUMNS; c++) card->maximum[c] = USAGE_MONEY_MAX;
    subject_salt(prng, card->salt);
}

static inline void subject_session(struct settle_session *session, struct roam_prng *prng)
{
    struct usage_record *record = &session->record;
    *session = (struct settle_session){.hold_minor = subject_bits(prng, USAGE_MONEY_BITS)};
    for (int i = 0; i < USAGE_SLOTS; i++) record->quantity[i] = subject_bits(prng, USAGE_QUANTITY_BITS);
    record->last_mask = 0x0e;
    record->service_ppm = (uint32_t)prng_below(prng, USAGE_PPM + 1);
    record->renewable = subject_bits(prng, USAGE_QUANTITY_BITS);
    record->co2_mg = subject_bits(prng, USAGE_QUANTITY_BITS);
    prng_bytes(prng, record->evidence, sizeof record->evidence);
    subject_salt(prng, record->salt);
}

static inline void subject_input(struct subject *s)
{
    struct roam_prng prng = {1};
    subject_card(&s->input.card, &prng);
    for (unsigned i = 0; i < s->size; i++) subject_session(&s->session[i], &prng);
    s->input.sessions = s->session;
    s->input.count = s->size;
    fr_from_u64(&s->input.agreement, prng_u64(&prng));
    fr_from_u64(&s->input.esg_salt, prng_u64(&prng));
}

/* Computes the witness: the public signals natively, then every wire. */
static inline void subject_witness(struct subject *s)
{
    struct builder b;
    struct roam_diag diag = {""};
    const struct builder_memory memory = {.witness = s->witness, .wire_capacity = s->wire_count};
    builder_init(&b, R1CS_ASSIGN, &memory);
    if (s->copies.count > 0) {
        copies_circuit(&b, &s->copies);
    } else if (s->size == 0) {
        struct b5groam_input input;
        fr_from_u64(&input.n_sms, 10);
        fr_from_u64(&input.n_mb, 10240);
        fr_from_u64(&input.n_min, 60);
        fr_from_u64(&input.r_sms, 12000000);
        input.r_mb = input.r_voice = input.r_sms;
        b5groam_circuit(&b, &input);
    } else {
        struct settle_public public;
        bench_require(settle_public_signals(&public, &s->input, s->size, &diag) == ROAM_OK, diag.text);
        settle_circuit(&b, s->size, &s->input, public.signal);
    }
}

/* The system of the circuit of this name, which settles what kind of subject this is. */
static inline void subject_build(struct subject *s, struct r1cs_system *system)
{
    struct roam_diag diag = {""};
    unsigned copies = 0;
    if (sscanf(s->name, "b5groam-%u", &copies) == 1) {
        bench_require(copies >= 1 && copies <= B5GROAM_COPIES_MAX, "b5groam-N: too many copies, or none");
        bench_require(copies_init(&s->copies, copies) && copies_build(system, &s->copies), "no memory");
        return;
    }
    sscanf(s->name, "settle-%u", &s->size);
    bench_require(circuit_build(system, s->name, &diag) == ROAM_OK, diag.text);
}

/* Makes everything but the proof; checks that the witness satisfies the circuit. */
static inline void subject_init(struct subject *s, const char *name, uint64_t (*now_ns)(void))
{
    struct r1cs_system system;
    struct roam_diag diag = {""};
    uint32_t failing;
    *s = (struct subject){.size = 0};
    snprintf(s->name, sizeof s->name, "%s", name);
    subject_build(s, &system);
    s->wire_count = system.wire_count;
    s->constraint_count = system.constraint_count;
    uint64_t start_ns = now_ns();
    bench_require(setup_dev(&s->key, &system, &roam_env_system, NULL, &diag) == ROAM_OK, diag.text);
    s->setup_ns = now_ns() - start_ns;
    s->witness = subject_memory(s->wire_count * sizeof *s->witness);
    subject_input(s);
    subject_witness(s);
    bench_require(r1cs_check(&system, s->witness, &failing) == ROAM_OK, "the witness is false");
    r1cs_release(&system);
    bench_require(zkey_vk(&s->vk, &s->key) == ROAM_OK, "no verification key");
    groth16_prepare(&s->prepared, &s->vk);
    s->scratch = subject_memory(groth16_prove_scratch_size(&s->key, SUBJECT_THREADS_MAX));
}

static inline void subject_release(struct subject *s)
{
    zkey_release(&s->key);
    copies_release(&s->copies);
    free(s->witness);
    free(s->scratch);
}

/* progress may be NULL */
static inline void subject_prove(struct subject *s, unsigned threads, const struct roam_progress *progress)
{
    const struct groth16_prove_options options = {.threads = threads, .progress = progress};
    struct roam_diag diag = {""};
    bench_require(groth16_prove(&s->proof, &s->key, s->witness, s->wire_count, &options, &roam_env_system,
                                s->scratch, &diag) == ROAM_OK,
                  diag.text);
}

static inline bool subject_accepts(const struct subject *s, const groth16_proof *proof)
{
    return groth16_verify(&s->prepared, proof, s->witness + 1, s->vk.input_count) == ROAM_OK;
}

#endif
