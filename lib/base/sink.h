/* Where bytes go, one after the other, that are too many to be held in memory. */
#ifndef ROAM_SINK_H
#define ROAM_SINK_H

#include "err.h"

struct roam_sink {
    void *context;
    /* Takes the next bytes, all of them unless it returns an error; whoever writes then stops with that
     * error. */
    enum roam_err (*write)(void *context, const void *data, size_t size);
};

ROAM_MUST_USE static inline enum roam_err sink_write(const struct roam_sink *sink, const void *data,
                                                     size_t size)
{
    return sink->write(sink->context, data, size);
}

#endif
