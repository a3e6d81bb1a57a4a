/* A disk as a log needs it: an append-only file of records, each with a checksum and a link to the one before
 * it. What was synced survives; of what was written since, a loss of power keeps any part of any write. */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include "env.h"

enum { SIM_DISK_PENDING_MAX = 64 };

struct sim_disk {
    uint8_t *bytes;
    size_t size, capacity;
    size_t synced;                    /* bytes that survive */
    size_t pending;                   /* writes since the last sync, the oldest first */
    size_t end[SIM_DISK_PENDING_MAX]; /* where each ends */
    uint8_t link[8];                  /* of the last record */
    bool never_syncs, drops_last;     /* faults of the program above, planted */
    bool sync_fails;                  /* the next sync reports an error, what it did is not known */
    size_t read_at;                   /* of disk_read */
    unsigned long long syncs, torn;   /* torn: records that a recovery could not read */
};

void disk_init(struct sim_disk *disk);
void disk_release(struct sim_disk *disk);

/* Writes a record; it is durable after the next sync. */
void disk_append(struct sim_disk *disk, uint8_t kind, const uint8_t *payload, size_t size);
/* False: an error was reported. */
bool disk_sync(struct sim_disk *disk);

/* The power goes: each write since the last sync is kept, lost or cut at any byte, apart from the others. */
void disk_lose_power(struct sim_disk *disk, struct roam_prng *prng);
/* A byte of what is durable is not what was written. */
void disk_rot(struct sim_disk *disk, struct roam_prng *prng);

struct sim_record {
    uint8_t kind;
    const uint8_t *payload;
    size_t size;
};
/* Starts again: reads from the beginning; what follows the longest good prefix is cut off by the read that
 * meets it. */
void disk_read_begin(struct sim_disk *disk);
bool disk_read(struct sim_disk *disk, struct sim_record *record);

#endif
