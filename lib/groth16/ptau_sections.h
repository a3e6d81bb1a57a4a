/* Sizes and names of the sections of .ptau files. Private to lib/groth16. */
#ifndef PTAU_SECTIONS_H
#define PTAU_SECTIONS_H

#include "point_form.h"
#include "ptau.h"

enum {
    SECTION_HEADER = 1,
    SECTION_TAU_G1,
    SECTION_TAU_G2,
    SECTION_ALPHA_G1,
    SECTION_BETA_G1,
    SECTION_BETA_G2,
    SECTION_RECORD,
    SECTION_LAGRANGE_TAU_G1 = 12,
    SECTION_LAGRANGE_TAU_G2,
    SECTION_LAGRANGE_ALPHA_G1,
    SECTION_LAGRANGE_BETA_G1
};

enum { PTAU_VERSION = 1 };

static inline size_t ptau_size(unsigned power) { return (size_t)1 << power; }
/* Points in section 2; the others have ptau_size(power). */
static inline size_t ptau_tau_g1_count(unsigned power) { return 2 * ptau_size(power) - 1; }
/* All Lagrange forms up to the given size. */
static inline size_t ptau_lagrange_count(unsigned log_size) { return 2 * ptau_size(log_size) - 1; }

ROAM_MUST_USE enum roam_err ptau_put_header(struct roam_buf *out, unsigned power, unsigned ceremony_power);
ROAM_MUST_USE enum roam_err ptau_put_contribution(struct roam_buf *out,
                                                  const struct ptau_contribution *contribution);

#endif
