/* What happens when: a heap of events. Of events at one time the one that was put first comes first. */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sim_event_kind {
    EVENT_MESSAGE,  /* comes in at node */
    EVENT_TIMEOUT,  /* of node's engine */
    EVENT_GOSSIP,   /* node's engine speaks */
    EVENT_ENTRANCE, /* node's entrance packs what waits */
    EVENT_RESTART,
    EVENT_CLIENT,
    EVENT_CLIENT_LATE, /* sends once more */
    EVENT_FAULT,
    EVENT_HEAL
};

struct sim_event {
    uint64_t at_ms, number;
    enum sim_event_kind kind;
    unsigned node; /* or client */
    uint64_t life; /* of the node: what was meant for an earlier one is dropped */
    uint64_t height;
    int32_t round, step;
    void *message;
};

struct sim_queue {
    struct sim_event *heap;
    size_t count, capacity;
    uint64_t numbers;
};

void queue_init(struct sim_queue *queue);
void queue_release(struct sim_queue *queue);
/* Copies the event and gives it its number. */
void queue_put(struct sim_queue *queue, const struct sim_event *event);
/* False if it is empty. */
bool queue_take(struct sim_queue *queue, struct sim_event *event);

#endif
