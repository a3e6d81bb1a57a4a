/* A growing byte buffer with a hard maximum, for output whose size is not known before. */
#ifndef ROAM_BUF_H
#define ROAM_BUF_H

#include "sink.h"

struct roam_buf {
    uint8_t *data;
    size_t size, capacity, maximum;
};

/* Allocates nothing yet; size never passes maximum_size. */
void buf_init(struct roam_buf *buf, size_t maximum_size);
void buf_release(struct roam_buf *buf);
/* ROAM_E_LIMIT past the maximum, ROAM_E_NOMEM; on error the buffer is unchanged. */
ROAM_MUST_USE enum roam_err buf_append(struct roam_buf *buf, const void *data, size_t size);
ROAM_MUST_USE enum roam_err buf_printf(struct roam_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Makes room for size more bytes and returns where they go (size is added), or NULL. */
uint8_t *buf_extend(struct roam_buf *buf, size_t size);
/* Appends to buf, which must outlive it; buf_append's errors. */
struct roam_sink buf_sink(struct roam_buf *buf);

#endif
