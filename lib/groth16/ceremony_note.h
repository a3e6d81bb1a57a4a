/* What a contribution to a ceremony says about itself in .ptau and .zkey files: who made it, or which beacon.
 */
#ifndef CEREMONY_NOTE_H
#define CEREMONY_NOTE_H

#include "binfile.h"

enum ceremony_kind { CEREMONY_PERSON = 0, CEREMONY_BEACON = 1 };

enum { CEREMONY_NAME_MAX = 64, CEREMONY_BEACON_MAX = 255 };

struct ceremony_note {
    enum ceremony_kind kind;
    char name[256]; /* as found in the file, ends with NUL; not checked text */
    /* Beacon only: a public value hashed 2^log_iterations times with SHA-256. */
    uint8_t beacon[CEREMONY_BEACON_MAX];
    size_t beacon_size;
    unsigned log_iterations;
};

/* Both ROAM_OK, or ROAM_E_LIMIT with the limit in diag. A name has at most CEREMONY_NAME_MAX bytes, no
 * control characters; a beacon 1 .. CEREMONY_BEACON_MAX bytes, log_iterations 10 .. 63 as in snarkjs. */
ROAM_MUST_USE enum roam_err ceremony_note_person(struct ceremony_note *out, const char *name,
                                                 struct roam_diag *diag);
ROAM_MUST_USE enum roam_err ceremony_note_beacon(struct ceremony_note *out, const char *name,
                                                 const uint8_t *beacon, size_t beacon_size,
                                                 unsigned log_iterations, struct roam_diag *diag);

/* A contribution that begins a name with this marks its file as a development key. */
#define CEREMONY_INSECURE_NAME "INSECURE DEVELOPMENT KEY"
bool ceremony_note_is_insecure(const struct ceremony_note *note);

/* In files: u32 kind, u32 size, then in ascending order 1 (u8 size, name), 2 (u8 log_iterations), 3 (u8 size,
 * beacon). ROAM_E_FORMAT; a beacon without its parameters is one too. */
ROAM_MUST_USE enum roam_err ceremony_note_parse(struct ceremony_note *out, struct binfile_cursor *cursor,
                                                struct roam_diag *diag);
ROAM_MUST_USE enum roam_err ceremony_note_serialize(struct roam_buf *out, const struct ceremony_note *note);

#endif
