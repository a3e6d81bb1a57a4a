/* HTTP requests of the command line. */
#ifndef ROAM_FETCH_H
#define ROAM_FETCH_H

#include <jansson.h>

#include "buf.h"

/* One request: a POST of `body` if it is not NULL, else a GET. */
struct fetch {
    const char *url;
    const void *body;
    size_t body_size;
    bool binary; /* asks for application/octet-stream */
    unsigned timeout_ms;
};

/* The answer's status and body; answer is initialised, and the caller's to release. ROAM_E_IO (not reached),
 * ROAM_E_LIMIT (above the buffer's maximum), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err fetch_any(struct roam_buf *answer, long *status, const struct fetch *fetch,
                                      struct roam_diag *diag);
/* GET; *out is the caller's reference. ROAM_E_NOTFOUND (404), ROAM_E_BUSY (503), ROAM_E_IO (not reached,
 * other statuses), ROAM_E_FORMAT (no JSON), ROAM_E_LIMIT (above 64 MiB), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err fetch_json(json_t **out, const char *url, unsigned timeout_ms,
                                       struct roam_diag *diag);

#endif
