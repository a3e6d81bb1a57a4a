#include "sim_disk.h"

#include "endian.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* A record: "rec1", kind, payload's size u32, link of the record before, payload, link of this one. */
enum { HEADER = 4 + 1 + 4 + 8, LINK = crypto_shorthash_BYTES };
static const char magic[4] = "rec1";

/* The memory of disks that are not there any more, for those to come: a run needs a dozen that grow. */
enum { SPARE_MAX = 16 };
static struct {
    uint8_t *bytes;
    size_t capacity;
} spare[SPARE_MAX];
static size_t spare_count;

void disk_init(struct sim_disk *disk)
{
    *disk = (struct sim_disk){0};
    if (spare_count == 0) return;
    spare_count--;
    disk->bytes = spare[spare_count].bytes;
    disk->capacity = spare[spare_count].capacity;
}

void disk_release(struct sim_disk *disk)
{
    if (disk->bytes == NULL) return;
    if (spare_count == SPARE_MAX) {
        free(disk->bytes);
        return;
    }
    spare[spare_count].bytes = disk->bytes;
    spare[spare_count++].capacity = disk->capacity;
}

static void make_room(struct sim_disk *disk, size_t size)
{
    if (size <= disk->capacity) return;
    disk->capacity = 2 * size;
    disk->bytes = realloc(disk->bytes, disk->capacity);
    ROAM_ASSERT(disk->bytes != NULL);
}

static void link_of(uint8_t out[LINK], const uint8_t *record, size_t size)
{
    static const uint8_t key[crypto_shorthash_KEYBYTES];
    crypto_shorthash(out, record, size, key);
}

void disk_append(struct sim_disk *disk, uint8_t kind, const uint8_t *payload, size_t size)
{
    make_room(disk, disk->size + HEADER + size + LINK);
    uint8_t *at = disk->bytes + disk->size;
    memcpy(at, magic, 4);
    at[4] = kind;
    store_le32(at + 5, (uint32_t)size);
    memcpy(at + 9, disk->link, LINK);
    if (size > 0) memcpy(at + HEADER, payload, size);
    link_of(disk->link, at, HEADER + size);
    memcpy(at + HEADER + size, disk->link, LINK);
    disk->size += HEADER + size + LINK;
    if (disk->pending == SIM_DISK_PENDING_MAX) disk->pending--; /* two writes become one */
    disk->end[disk->pending++] = disk->size;
}

bool disk_sync(struct sim_disk *disk)
{
    disk->syncs++;
    if (disk->sync_fails) {
        disk->sync_fails = false;
        return false;
    }
    if (disk->never_syncs) return true;
    disk->synced = disk->size;
    disk->pending = 0;
    return true;
}

/* What remains of the bytes from..to that were on their way: all, nothing or a part; zeros stand elsewhere.
 */
static void keep_some(struct sim_disk *disk, size_t from, size_t to, struct roam_prng *prng)
{
    const uint64_t how = prng_below(prng, 3);
    const size_t kept = how == 0 ? to - from : how == 1 ? 0 : (size_t)prng_below(prng, to - from);
    memset(disk->bytes + from + kept, 0, to - from - kept);
    if (kept > 0) disk->size = from + kept;
}

void disk_lose_power(struct sim_disk *disk, struct roam_prng *prng)
{
    size_t from = disk->synced;
    disk->size = disk->synced;
    for (size_t i = 0; i < disk->pending; i++) {
        keep_some(disk, from, disk->end[i], prng);
        from = disk->end[i];
    }
    disk->pending = 0;
}

void disk_rot(struct sim_disk *disk, struct roam_prng *prng)
{
    if (disk->size == 0) return;
    disk->bytes[prng_below(prng, disk->size)] ^= (uint8_t)(1 + prng_below(prng, 255));
}

void disk_read_begin(struct sim_disk *disk)
{
    disk->read_at = 0;
    memset(disk->link, 0, sizeof disk->link);
}

/* Size of the record at this place, or 0 if there is no good one. */
static size_t good_record(const struct sim_disk *disk, size_t place)
{
    uint8_t link[LINK];
    const uint8_t *at = disk->bytes + place;
    const size_t left = disk->size - place;
    if (left < HEADER + LINK || memcmp(at, magic, 4) != 0 || memcmp(at + 9, disk->link, LINK) != 0) return 0;
    const size_t size = load_le32(at + 5);
    if (size > left - HEADER - LINK) return 0;
    link_of(link, at, HEADER + size);
    return memcmp(link, at + HEADER + size, LINK) == 0 ? HEADER + size + LINK : 0;
}

static void cut(struct sim_disk *disk)
{
    disk->torn += disk->size > disk->read_at;
    disk->size = disk->synced = disk->read_at;
    disk->pending = 0;
}

bool disk_read(struct sim_disk *disk, struct sim_record *record)
{
    const size_t size = good_record(disk, disk->read_at);
    const bool last = size > 0 && disk->read_at + size == disk->size;
    if (size == 0 || (last && disk->drops_last)) {
        cut(disk);
        return false;
    }
    const uint8_t *at = disk->bytes + disk->read_at;
    *record = (struct sim_record){at[4], at + HEADER, size - HEADER - LINK};
    memcpy(disk->link, at + size - LINK, LINK);
    disk->read_at += size;
    return true;
}
