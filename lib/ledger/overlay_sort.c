#include "overlay.h"

#include <string.h>

#include "endian.h"

static bool is_before(const struct overlay *overlay, const struct overlay_place *a,
                      const struct overlay_place *b)
{
    if (a->prefix != b->prefix) return a->prefix < b->prefix;
    const struct record_key *p = &overlay->records[a->record].key, *q = &overlay->records[b->record].key;
    const size_t common = p->size < q->size ? p->size : q->size;
    const int order = memcmp(p->byte, q->byte, common);
    return order != 0 ? order < 0 : p->size < q->size;
}

/* Merges the neighbouring runs from[begin, middle) and from[middle, end). */
static void merge(const struct overlay *overlay, struct overlay_place *to, const struct overlay_place *from,
                  size_t begin, size_t middle, size_t end)
{
    size_t left = begin, right = middle;
    for (size_t i = begin; i < end; i++) {
        const bool take_right =
            left == middle || (right < end && is_before(overlay, &from[right], &from[left]));
        to[i] = from[take_right ? right++ : left++];
    }
}

static size_t at_most(size_t value, size_t limit) { return value < limit ? value : limit; }

/* Bottom-up merge sort: libc's qsort may allocate. */
void overlay_sort(struct overlay *overlay)
{
    const size_t count = overlay->count;
    for (size_t i = 0; i < count; i++)
        overlay->order[i] = (struct overlay_place){load_be64(overlay->records[i].key.byte), (uint32_t)i};
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * run)
            merge(overlay, overlay->order_spare, overlay->order, begin, at_most(begin + run, count),
                  at_most(begin + 2 * run, count));
        struct overlay_place *sorted = overlay->order_spare;
        overlay->order_spare = overlay->order;
        overlay->order = sorted;
    }
}
