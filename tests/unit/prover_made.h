/* What the tests of the prover library share: a circuit with its files, and calls that must or must not work.
 */
#ifndef TEST_PROVER_MADE_H
#define TEST_PROVER_MADE_H

#include "binfile_cases.h"
#include "groth16_keys.h"
#include "prover_state.h"
#include "wtns_file.h"

enum { PUBLIC_MAX = 8, UNTOUCHED = 0xa5 };

/* A circuit with its key, a witness, and the files of both. */
struct made {
    struct fixture f;
    struct zkey key;
    struct roam_buf zkey, wtns;
    struct groth16_vk vk;
    struct groth16_prepared_vk prepared;
};

/* What a proof call writes. */
struct output {
    uint8_t proof[ROAM_PROVER_PROOF_SIZE], public_signals[PUBLIC_MAX * ROAM_PROVER_VALUE_SIZE];
};

static inline void wtns_of(struct made *m)
{
    buf_release(&m->wtns);
    buf_init(&m->wtns, 1 << 24);
    assert_int_equal(wtns_serialize(&m->wtns, m->f.witness, m->f.system.wire_count), ROAM_OK);
}

static inline void begin(struct made *m, struct roam_prng *prng)
{
    m->key = dev_key(&m->f, prng);
    buf_init(&m->zkey, 1 << 24);
    assert_int_equal(zkey_serialize(&m->zkey, &m->key), ROAM_OK);
    m->wtns = (struct roam_buf){0};
    wtns_of(m);
    m->vk = (struct groth16_vk){.alpha = m->key.alpha1,
                                .beta = m->key.beta2,
                                .gamma = m->key.gamma2,
                                .delta = m->key.delta2,
                                .input_count = m->key.public_count,
                                .ic = m->key.ic};
    groth16_prepare(&m->prepared, &m->vk);
}

static inline void begin_cubic(struct made *m, struct roam_prng *prng)
{
    fixture_cubic(&m->f, 3);
    begin(m, prng);
}

static inline void end(struct made *m)
{
    fixture_release(&m->f);
    zkey_release(&m->key);
    buf_release(&m->zkey);
    buf_release(&m->wtns);
}

static inline struct roam_prover *prover_of(const struct made *m, const struct roam_prover_options *options)
{
    struct roam_prover *prover = NULL;
    struct roam_prover_message message;
    memset(&message, 'x', sizeof message);
    assert_int_equal(roam_prover_create_memory(&prover, m->zkey.data, m->zkey.size, options, &message),
                     ROAM_PROVER_OK);
    assert_string_equal(message.text, "");
    return prover;
}

static inline enum roam_prover_err prove(struct output *out, struct roam_prover *prover, const struct made *m,
                                         const struct roam_prover_control *control)
{
    return roam_prover_prove_wtns(out->proof, out->public_signals, sizeof out->public_signals, prover,
                                  m->wtns.data, m->wtns.size, control, NULL);
}

/* The judgement of lib/groth16, with the public signals as they came out. */
static inline enum roam_err judge(const struct made *m, const struct output *out)
{
    groth16_proof proof;
    fr inputs[PUBLIC_MAX];
    assert_int_equal(groth16_proof_parse(&proof, out->proof), ROAM_OK);
    for (size_t i = 0; i < m->vk.input_count; i++) {
        assert_int_equal(fr_from_le(&inputs[i], out->public_signals + 32 * i), ROAM_OK);
        assert_true(fr_equal(&inputs[i], &m->f.witness[i + 1]));
    }
    return groth16_verify(&m->prepared, &proof, inputs, m->vk.input_count);
}

static inline void clear(struct output *out) { memset(out, UNTOUCHED, sizeof *out); }

static inline void assert_untouched(const struct output *out)
{
    const uint8_t *bytes = (const uint8_t *)out;
    for (size_t i = 0; i < sizeof *out; i++) assert_int_equal(bytes[i], UNTOUCHED);
}

/* The call must end with this error, an explanation and no output. */
static inline void refuses(enum roam_prover_err expected, struct roam_prover *prover, const uint8_t *wtns,
                           size_t size)
{
    struct output out;
    struct roam_prover_message message = {{0}};
    uint8_t *exact = malloc(size > 0 ? size : 1);
    assert_non_null(exact);
    memcpy(exact, wtns, size);
    clear(&out);
    assert_int_equal(roam_prover_prove_wtns(out.proof, out.public_signals, sizeof out.public_signals, prover,
                                            exact, size, NULL, &message),
                     expected);
    assert_int_not_equal(message.text[0], '\0');
    assert_untouched(&out);
    free(exact);
    count_negative++;
}

static inline uint8_t *values_of(const struct made *m)
{
    uint8_t *values = malloc((size_t)m->f.system.wire_count * 32);
    assert_non_null(values);
    for (uint32_t i = 0; i < m->f.system.wire_count; i++) fr_to_le(values + 32 * i, &m->f.witness[i]);
    return values;
}

static inline void create_refuses(enum roam_prover_err expected, const uint8_t *zkey, size_t size,
                                  const struct roam_prover_options *options)
{
    struct roam_prover *prover = (struct roam_prover *)(void *)&prover, *const before = prover;
    struct roam_prover_message message = {{0}};
    assert_int_equal(roam_prover_create_memory(&prover, zkey, size, options, &message), expected);
    assert_int_not_equal(message.text[0], '\0');
    assert_ptr_equal(prover, before);
    count_negative++;
}

#endif
