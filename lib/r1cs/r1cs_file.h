/* circom's .r1cs files, version 1, over BN254's Fr (docs.circom.io, "R1CS binary format").
 *
 * Sections: 1 header (prime, wires, public outputs, public inputs, private inputs, u64 labels, constraints),
 * 2 constraints (for each of A, B, C: u32 number of terms, then u32 wire and 32-byte value in normal form
 * each), 3 a u64 label for each wire. Files with custom gates (sections 4, 5) are refused. */
#ifndef R1CS_FILE_H
#define R1CS_FILE_H

#include "buf.h"
#include "r1cs.h"

/* Reads a file from its bytes. On success the arrays of *out are allocated: r1cs_release frees them. Terms
 * are put in ascending order of wires and zero terms dropped; a wire twice in one combination is refused.
 * ROAM_E_FORMAT, ROAM_E_VERSION, ROAM_E_LIMIT (sections), ROAM_E_RANGE (another prime, a value >= r, a wire
 * that does not exist), ROAM_E_COUNT (counts that contradict each other), ROAM_E_UNSUPPORTED (custom gates),
 * ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err r1cs_parse(struct r1cs_system *out, const uint8_t *bytes, size_t size,
                                       struct roam_diag *diag);
/* The same from a path; file_map's errors too. */
ROAM_MUST_USE enum roam_err r1cs_load(struct r1cs_system *out, const char *path, struct roam_diag *diag);
void r1cs_release(struct r1cs_system *system);

/* Appends the file to out, which must be empty. Labels are the wire numbers; the number of private inputs,
 * which a system does not keep, is written as 0. */
ROAM_MUST_USE enum roam_err r1cs_serialize(struct roam_buf *out, const struct r1cs_system *system);

#endif
