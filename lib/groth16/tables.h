/* Tables of multiples of a proving key's points (msm.h), with which small circuits are proved about one and a
 * half times as fast. They are made from the key alone, hold nothing secret, and are kept in a file next to
 * it.
 *
 * Of the five sums over A, B in G1, B in G2, C and H those that fit the memory allowed have a table, in the
 * order H, A, C, B in G1, B in G2. Each takes 17 to 40 times the memory of its points.
 *
 * File: "rtab", u32 version 1, SHA-256 of the key's points (H, A, C, B1, B2), SHA-256 of all that follows,
 * then five times u64 count (0: no table), u32 window bits, u32 windows; zeros up to a multiple of 64; the
 * tables one after the other, points as in .zkey files: affine, Montgomery form for 2^256. Integers are
 * little-endian, points in the order of the machine that made them. */
#ifndef GROTH16_TABLES_H
#define GROTH16_TABLES_H

#include "file.h"
#include "msm.h"
#include "progress.h"
#include "zkey.h"

enum groth16_sum {
    GROTH16_SUM_H,
    GROTH16_SUM_A,
    GROTH16_SUM_C,
    GROTH16_SUM_B1,
    GROTH16_SUM_B2,
    GROTH16_SUMS
};

struct groth16_tables {
    struct msm_table_shape shape[GROTH16_SUMS]; /* count 0: no table */
    const g1_affine *g1[GROTH16_SUM_B2];
    const g2_affine *b2;
    void *memory;        /* allocated, or NULL if the tables lie in the file */
    struct roam_map map; /* empty if they do not */
};

enum { GROTH16_TABLES_DEFAULT_BYTES = 256 << 20 };

/* Makes tables of at most max_bytes together; a large key may get none. threads >= 1. ROAM_E_NOMEM,
 * ROAM_E_CANCELLED. To be released. */
ROAM_MUST_USE enum roam_err groth16_tables_make(struct groth16_tables *out, const struct zkey *key,
                                                size_t max_bytes, unsigned threads,
                                                const struct roam_progress *progress);
void groth16_tables_release(struct groth16_tables *tables);

/* In bytes, without the file's head. */
size_t groth16_tables_size(const struct groth16_tables *tables);

/* Writes the file; file_write's errors. */
ROAM_MUST_USE enum roam_err groth16_tables_save(const struct groth16_tables *tables, const char *path,
                                                struct roam_diag *diag);
/* Maps the file. file_map's errors; ROAM_E_FORMAT, ROAM_E_VERSION, ROAM_E_MISMATCH (of another key, or
 * damaged). Digests tell damage, not malice: the points are not computed again, and false ones give proofs
 * that do not verify. To be released. */
ROAM_MUST_USE enum roam_err groth16_tables_load(struct groth16_tables *out, const struct zkey *key,
                                                const char *path, struct roam_diag *diag);

#endif
