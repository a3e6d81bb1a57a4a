#include "sim_queue.h"

#include "err.h"

#include <stdlib.h>

void queue_init(struct sim_queue *queue) { *queue = (struct sim_queue){0}; }

void queue_release(struct sim_queue *queue) { free(queue->heap); }

static bool is_before(const struct sim_event *a, const struct sim_event *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->number < b->number;
}

void queue_put(struct sim_queue *queue, const struct sim_event *event)
{
    if (queue->count == queue->capacity) {
        queue->capacity = queue->capacity > 0 ? 2 * queue->capacity : 256;
        queue->heap = realloc(queue->heap, queue->capacity * sizeof *queue->heap);
        ROAM_ASSERT(queue->heap != NULL);
    }
    struct sim_event new = *event;
    new.number = queue->numbers++;
    size_t i = queue->count++;
    for (; i > 0 && is_before(&new, &queue->heap[(i - 1) / 2]); i = (i - 1) / 2)
        queue->heap[i] = queue->heap[(i - 1) / 2];
    queue->heap[i] = new;
}

bool queue_take(struct sim_queue *queue, struct sim_event *event)
{
    struct sim_event *heap = queue->heap;
    if (queue->count == 0) return false;
    *event = heap[0];
    const struct sim_event last = heap[--queue->count];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < queue->count; i = child) {
        if (child + 1 < queue->count && is_before(&heap[child + 1], &heap[child])) child++;
        if (is_before(&last, &heap[child])) break;
        heap[i] = heap[child];
    }
    heap[i] = last;
    return true;
}
