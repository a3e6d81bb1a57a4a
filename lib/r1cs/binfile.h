/* The container of snarkjs's binary files (.r1cs .wtns .zkey .ptau): 4 letters of type, u32 version, u32
 * number of sections, then sections of u32 id, u64 size and that many bytes, in any order. All integers are
 * little-endian. Stricter than snarkjs: no section may come twice and nothing may follow the last one. */
#ifndef R1CS_BINFILE_H
#define R1CS_BINFILE_H

#include "buf.h"

enum { BINFILE_SECTIONS_MAX = 32 };

/* Bytes not yet read. */
struct binfile_cursor {
    const uint8_t *at;
    size_t left;
};

/* A table over bytes that stay the caller's. */
struct binfile {
    size_t section_count;
    struct {
        uint32_t id;
        struct binfile_cursor bytes;
    } section[BINFILE_SECTIONS_MAX];
};

/* ROAM_E_FORMAT (type, sections that do not fit or come twice, bytes at the end), ROAM_E_VERSION,
 * ROAM_E_LIMIT. */
ROAM_MUST_USE enum roam_err binfile_parse(struct binfile *out, const char *type, uint32_t version,
                                          const uint8_t *bytes, size_t size, struct roam_diag *diag);
bool binfile_has(const struct binfile *file, uint32_t id);
/* The section's bytes; ROAM_E_FORMAT if there is none. */
ROAM_MUST_USE enum roam_err binfile_section(struct binfile_cursor *out, const struct binfile *file,
                                            uint32_t id, struct roam_diag *diag);

/* Each takes from the front; false, and nothing taken, if less is left. */
bool cursor_u32(struct binfile_cursor *cursor, uint32_t *value);
bool cursor_u64(struct binfile_cursor *cursor, uint64_t *value);
/* NULL if less is left; size 0 gives a pointer that is not NULL. */
const uint8_t *cursor_take(struct binfile_cursor *cursor, size_t size);
/* u32 size, then the prime of that size: true if it is 32 bytes and equal to the modulus (four limbs). */
bool cursor_prime(struct binfile_cursor *cursor, const uint64_t modulus[4]);

/* Writing. The number of sections is patched by binfile_end_section. All return ROAM_OK or buf_append's
 * errors. */
ROAM_MUST_USE enum roam_err binfile_begin(struct roam_buf *out, const char *type, uint32_t version);
ROAM_MUST_USE enum roam_err binfile_begin_section(struct roam_buf *out, uint32_t id, size_t *section);
/* section: as binfile_begin_section gave it. */
void binfile_end_section(struct roam_buf *out, size_t section);
ROAM_MUST_USE enum roam_err binfile_put_u32(struct roam_buf *out, uint32_t value);
ROAM_MUST_USE enum roam_err binfile_put_u64(struct roam_buf *out, uint64_t value);
ROAM_MUST_USE enum roam_err binfile_put_prime(struct roam_buf *out, const uint64_t modulus[4]);

#endif
