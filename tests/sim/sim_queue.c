#include "sim_queue.h"

#include "err.h"

#include <stdlib.h>

void queue_init(struct sim_queue *queue) { *queue = (struct sim_queue){0}; }

void queue_release(struct sim_queue *queue) { free(queue->heap); }

static bool is_before(const struct sim_event *a, const struct sim_event *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->number < b->number;
}

static void swap(struct sim_event *a, struct sim_event *b)
{
    const struct sim_event c = *a;
    *a = *b;
    *b = c;
}

void queue_put(struct sim_queue *queue, const struct sim_event *event)
{
    if (queue->count == queue->capacity) {
        queue->capacity = queue->capacity > 0 ? 2 * queue->capacity : 256;
        queue->heap = realloc(queue->heap, queue->capacity * sizeof *queue->heap);
        ROAM_ASSERT(queue->heap != NULL);
    }
    size_t i = queue->count++;
    queue->heap[i] = *event;
    queue->heap[i].number = queue->numbers++;
    for (; i > 0 && is_before(&queue->heap[i], &queue->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&queue->heap[i], &queue->heap[(i - 1) / 2]);
}

bool queue_take(struct sim_queue *queue, struct sim_event *event)
{
    if (queue->count == 0) return false;
    *event = queue->heap[0];
    queue->heap[0] = queue->heap[--queue->count];
    for (size_t i = 0;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < queue->count; child++)
            if (is_before(&queue->heap[child], &queue->heap[least])) least = child;
        if (least == i) return true;
        swap(&queue->heap[i], &queue->heap[least]);
        i = least;
    }
}
