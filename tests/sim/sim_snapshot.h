/* Snapshots of a ledger on a simulated disk: what store_snapshot.h says, in chunks so small that there are
 * several. A stream is the head's height and time, the receipts, then the records in the order of their keys.
 */
#ifndef SIM_SNAPSHOT_H
#define SIM_SNAPSHOT_H

#include "node_ledger.h"

#include "buf.h"

struct sim_ledger;

enum { SIM_CHUNK_SIZE = 1500, SIM_SNAPSHOTS_KEPT = 3 };

/* The committed state as a stream; kept for who asks. */
struct sim_snapshot {
    uint64_t height;
    struct roam_buf stream;
};

/* A restoration that has begun. */
struct sim_restore {
    bool begun;
    struct store_snapshot offered;
    uint8_t app_hash[32];
    uint32_t next; /* chunk */
    struct roam_buf stream;
};

/* The metadata and hash of a stream, as they are offered; to be released. */
void snapshot_describe(struct store_snapshot *out, uint64_t height, const uint8_t *stream, size_t size);
/* After each commit: one of some is kept. */
void snapshot_keep(struct sim_ledger *ledger);
/* Takes records, receipts and head from a stream into a ledger that has none; false if it is not one. */
bool snapshot_take(struct sim_ledger *ledger, const uint8_t *stream, size_t size);
void snapshot_release(struct sim_ledger *ledger);
/* Sets the four functions. */
void snapshot_functions(struct node_ledger *out);

#endif
