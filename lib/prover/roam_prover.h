/* Groth16 proofs over BN254 from the files of circom and snarkjs: a key (.zkey) is read once into a prover,
 * which then makes proofs from witnesses (.wtns files, or values).
 *
 * Arguments: outputs first. Every function that can fail returns one value of enum roam_prover_err and says
 * more in a struct roam_prover_message, which may be NULL. On an error no output is written, except where a
 * size that would do is said to be. Nothing here prints, exits or keeps global state; the library aborts only
 * if the operating system has no randomness or on a bug of its own.
 *
 * Threads: a prover may be used by any number of threads at once, but for roam_prover_destroy.
 * Bytes: field elements of witnesses and public signals are 32 bytes, little-endian, in normal form, less
 * than r = 21888242871839275222246405745257275088548364400416034343698204186575808495617. */
#ifndef ROAM_PROVER_H
#define ROAM_PROVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ROAM_PROVER_API  __attribute__((visibility("default")))
#define ROAM_PROVER_CALL ROAM_PROVER_API __attribute__((warn_unused_result))

/* number, name, text. Numbers never change. */
#define ROAM_PROVER_ERR_MAP(X)                                                                               \
    X(0, OK, "done")                                                                                         \
    X(1, E_FORMAT, "malformed input")                                                                        \
    X(2, E_RANGE, "value out of range or not canonical")                                                     \
    X(3, E_POINT, "not a point of the curve or of its subgroup")                                             \
    X(4, E_FALSE, "the proof does not hold")                                                                 \
    X(5, E_COUNT, "wrong number of elements")                                                                \
    X(6, E_VERSION, "unknown version")                                                                       \
    X(7, E_UNSUPPORTED, "not supported")                                                                     \
    X(8, E_LIMIT, "larger than the stated limit")                                                            \
    X(10, E_NOTFOUND, "not found")                                                                           \
    X(12, E_IO, "reading failed")                                                                            \
    X(13, E_NOMEM, "out of memory")                                                                          \
    X(14, E_INSECURE, "insecure key refused")                                                                \
    X(17, E_CANCELLED, "cancelled")                                                                          \
    X(32, E_CEILING, "more memory needed than the ceiling allows")                                           \
    X(33, E_BUFFER, "buffer too small")                                                                      \
    X(34, E_ARGUMENT, "an argument that no call may have")

enum roam_prover_err {
#define X(number, name, text) ROAM_PROVER_##name = number,
    ROAM_PROVER_ERR_MAP(X)
#undef X
};

/* Short English text; never NULL. */
ROAM_PROVER_API const char *roam_prover_err_text(enum roam_prover_err err);
/* "E_FORMAT"; never NULL. */
ROAM_PROVER_API const char *roam_prover_err_name(enum roam_prover_err err);
/* Of the library in use, "0.1.0". */
ROAM_PROVER_API const char *roam_prover_version(void);

/* Why a call was refused, with the offending value, ending with NUL; empty after success. Values of a witness
 * are never in it, only their places. */
struct roam_prover_message {
    char text[480];
};

/* Begin with roam_prover_default_options() and change what should differ. */
struct roam_prover_options {
    size_t struct_size;            /* of this struct as the program knows it */
    uint64_t memory_ceiling_bytes; /* 0: none */
    unsigned threads;         /* of one proof, 1 .. 64; 0: one for each processor of the process, up to 64 */
    bool refuse_insecure_key; /* see roam_prover_key_is_insecure */
    bool skip_verification;   /* of the proofs made */
    const char *table_path;   /* a file of tables that make proofs of small circuits faster, or NULL */
};
static inline struct roam_prover_options roam_prover_default_options(void)
{
    struct roam_prover_options options = {sizeof(struct roam_prover_options), 0, 0, false, false, NULL};
    return options;
}

struct roam_prover;

/* Makes a prover from a .zkey file, or from the bytes of one. The key is decoded into memory of the prover's
 * own: the file may be removed, the bytes freed, when the call returns. Every point is checked to be on its
 * curve. options may be NULL. roam_prover_destroy frees *out.
 *
 * With table_path the tables of that file are used; if it is absent, damaged or of another key, they are
 * made, 256 MiB at most, and the file is written. Tables that do not fit the ceiling are not used. They hold
 * nothing secret.
 *
 * E_NOTFOUND, E_IO (path); E_FORMAT, E_VERSION, E_RANGE (another curve, a value that is not canonical),
 * E_UNSUPPORTED (another proof system), E_COUNT (sections that contradict each other), E_POINT (a point that
 * is not on its curve, or at infinity where none may be), E_LIMIT (a domain above 2^27; above 1024 public
 * signals, unless verification is skipped); E_INSECURE if refused by option; E_CEILING if the prover with one
 * proof running would pass the ceiling, before anything is allocated; E_NOMEM; E_ARGUMENT. */
ROAM_PROVER_CALL enum roam_prover_err roam_prover_create_file(struct roam_prover **out, const char *zkey_path,
                                                              const struct roam_prover_options *options,
                                                              struct roam_prover_message *message);
ROAM_PROVER_CALL enum roam_prover_err roam_prover_create_memory(struct roam_prover **out, const void *zkey,
                                                                size_t zkey_size,
                                                                const struct roam_prover_options *options,
                                                                struct roam_prover_message *message);
/* No call on the prover may be running. NULL is allowed. */
ROAM_PROVER_API void roam_prover_destroy(struct roam_prover *prover);

/* The key was made by roam's development ceremony, whose maker can forge proofs, or its parts show that a
 * phase of its ceremony never ran, so that anyone can. */
ROAM_PROVER_API bool roam_prover_key_is_insecure(const struct roam_prover *prover);

struct roam_prover_size {
    uint32_t wire_count;   /* values of a witness, the constant 1 included */
    uint32_t public_count; /* public signals: values 1 .. public_count of a witness */
    uint64_t domain_size;  /* a power of two, at least the number of constraints */
    uint64_t prover_bytes; /* what the prover holds all the time */
    uint64_t
        proof_bytes; /* what each proof needs while it is made; one such block may be kept for the next */
};
ROAM_PROVER_API struct roam_prover_size roam_prover_size(const struct roam_prover *prover);
/* The same of a key that is not loaded, from the sizes in its header; only options->threads matters. The
 * errors of roam_prover_create_* but for what only the rest of the file can show. */
ROAM_PROVER_CALL enum roam_prover_err roam_prover_size_of_file(struct roam_prover_size *out,
                                                               const char *zkey_path,
                                                               const struct roam_prover_options *options,
                                                               struct roam_prover_message *message);
ROAM_PROVER_CALL enum roam_prover_err roam_prover_size_of_memory(struct roam_prover_size *out,
                                                                 const void *zkey, size_t zkey_size,
                                                                 const struct roam_prover_options *options,
                                                                 struct roam_prover_message *message);

/* A request to stop, the caller's memory, {0} at first. Any thread may make it, through these functions. */
struct roam_prover_cancel {
    uint32_t requested;
};
ROAM_PROVER_API void roam_prover_cancel_request(struct roam_prover_cancel *cancel);
ROAM_PROVER_API void roam_prover_cancel_clear(struct roam_prover_cancel *cancel);

/* How a proof under way is watched and stopped; zero fields are not used. Both ways to stop take effect at
 * the next step, of which a proof has a few: then the call returns E_CANCELLED, with the witness wiped
 * and nothing written. */
struct roam_prover_control {
    const struct roam_prover_cancel *cancel;
    /* Called before each step, on the thread that proves, with what the step does (English, static) and how
     * many of `total` steps are done. Returns false to stop. */
    bool (*progress)(void *context, const char *what, uint64_t done, uint64_t total);
    void *context;
};

/* A proof: A.x A.y B.x.c0 B.x.c1 B.y.c0 B.y.c1 C.x C.y, affine, 32 big-endian bytes each. */
#define ROAM_PROVER_PROOF_SIZE 256
#define ROAM_PROVER_VALUE_SIZE 32

/* Makes a proof that some witness belongs to its public signals, from a .wtns file, its bytes, or its values
 * (count of them, 32 bytes each, value 0 is 1). public_signals gets public_count values and holds public_size
 * bytes, at least 32 for each. r and s of the proof come from the operating system: two proofs of one witness
 * differ and neither tells more than that one exists. control may be NULL.
 *
 * Unless verification is skipped the proof is verified before it is given out: a witness that does not
 * satisfy the circuit, or an error of the machine, gives E_FALSE and no proof; a B outside its group, which
 * could tell of the witness and which only a key made for that yields, E_POINT.
 *
 * E_COUNT (not wire_count values), E_RANGE (another field, a value not less than r, value 0 not 1), E_FORMAT,
 * E_VERSION, E_LIMIT (a .wtns file), E_NOTFOUND, E_IO (path), E_BUFFER (public_size), E_CEILING (so many
 * proofs at once would pass the ceiling), E_NOMEM, E_CANCELLED, E_ARGUMENT. Time depends on the witness. All
 * copies of the witness that the library makes are wiped. */
ROAM_PROVER_CALL enum roam_prover_err
roam_prover_prove_file(uint8_t proof[ROAM_PROVER_PROOF_SIZE], uint8_t *public_signals, size_t public_size,
                       struct roam_prover *prover, const char *wtns_path,
                       const struct roam_prover_control *control, struct roam_prover_message *message);
ROAM_PROVER_CALL enum roam_prover_err
roam_prover_prove_wtns(uint8_t proof[ROAM_PROVER_PROOF_SIZE], uint8_t *public_signals, size_t public_size,
                       struct roam_prover *prover, const void *wtns, size_t wtns_size,
                       const struct roam_prover_control *control, struct roam_prover_message *message);
ROAM_PROVER_CALL enum roam_prover_err
roam_prover_prove_values(uint8_t proof[ROAM_PROVER_PROOF_SIZE], uint8_t *public_signals, size_t public_size,
                         struct roam_prover *prover, const uint8_t *values, size_t value_count,
                         const struct roam_prover_control *control, struct roam_prover_message *message);

/* proof.json and public.json, byte for byte as snarkjs writes them. *size is the capacity of text before and
 * the length without the final NUL after; with E_BUFFER it is the capacity that is needed, and text may be
 * NULL if *size was 0. The first two sizes below always suffice. E_RANGE, E_POINT (no proof), E_NOMEM,
 * E_ARGUMENT. */
#define ROAM_PROVER_PROOF_JSON_MAX         1024
#define ROAM_PROVER_PUBLIC_JSON_MAX(count) ((size_t)(count)*82 + 4)
ROAM_PROVER_CALL enum roam_prover_err roam_prover_proof_json(char *text, size_t *size,
                                                             const uint8_t proof[ROAM_PROVER_PROOF_SIZE]);
ROAM_PROVER_CALL enum roam_prover_err
roam_prover_public_json(char *text, size_t *size, const uint8_t *public_signals, size_t public_count);

/* Verifies a proof from snarkjs's verification_key.json, public.json and proof.json, each ending with NUL. OK
 * only if it holds; E_FALSE if all is well formed and it does not. A key by which anyone can forge is
 * E_INSECURE. Stricter than snarkjs: numbers are canonical, points in their groups and not at infinity,
 * "protocol" and "curve" are there. E_FORMAT, E_RANGE, E_POINT, E_UNSUPPORTED, E_COUNT, E_LIMIT (1024
 * signals), E_NOMEM, E_ARGUMENT. */
ROAM_PROVER_CALL enum roam_prover_err roam_prover_verify_json(const char *verification_key,
                                                              const char *public_signals, const char *proof,
                                                              struct roam_prover_message *message);

#ifdef __cplusplus
}
#endif

#endif
