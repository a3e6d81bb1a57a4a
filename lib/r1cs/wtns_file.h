/* snarkjs's .wtns files, version 2: section 1 the prime and the number of values, section 2 the values, 32
 * bytes each in normal form, in the order of wires; value 0 is 1. */
#ifndef WTNS_FILE_H
#define WTNS_FILE_H

#include "buf.h"
#include "fr.h"

/* Reads a file from its bytes into *witness, allocated, *count values; wtns_release wipes and frees it.
 * ROAM_E_FORMAT, ROAM_E_VERSION, ROAM_E_LIMIT (sections), ROAM_E_RANGE (another prime, a value >= r, value 0
 * not 1), ROAM_E_COUNT (not as many values as the header says), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err wtns_parse(fr **witness, size_t *count, const uint8_t *bytes, size_t size,
                                       struct roam_diag *diag);
/* The same from a path; file_map's errors too. */
ROAM_MUST_USE enum roam_err wtns_load(fr **witness, size_t *count, const char *path, struct roam_diag *diag);
void wtns_release(fr *witness, size_t count);

/* Appends the file to out, which must be empty and whose bytes are then as secret as the witness. count <
 * 2^32. */
ROAM_MUST_USE enum roam_err wtns_serialize(struct roam_buf *out, const fr *witness, size_t count);

#endif
