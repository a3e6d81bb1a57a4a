#include "progress.h"

#include <stddef.h>

bool progress_step(const struct roam_progress *progress, const char *what, uint64_t done, uint64_t total)
{
    return progress == NULL || progress->step == NULL || progress->step(progress->context, what, done, total);
}
