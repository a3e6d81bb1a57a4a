/* A public key's text, a line feed, and an OCMF record. */
#include <string.h>

#include "fuzz_target.h"
#include "ocmf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line_feed = size == 0 ? NULL : memchr(data, '\n', size);
    if (line_feed == NULL) return 0;
    static struct ocmf_record record;
    const struct ocmf_text key = {(const char *)data, (size_t)(line_feed - data)};
    const struct ocmf_text text = {(const char *)line_feed + 1, size - key.size - 1};
    struct ocmf_verdict verdict;
    struct ocmf_session session;
    struct roam_diag diag = {0};
    enum roam_err parsed = ocmf_parse(&record, text, &diag);
    enum roam_err verified = ocmf_verify(&verdict, text, key, &diag);
    if (ocmf_session(&session, &text, 1, key, NULL, &diag) == ROAM_OK) {
        ROAM_ASSERT(parsed == ROAM_OK && verified == ROAM_OK);
        ROAM_ASSERT(session.end_value - session.start_value == session.energy &&
                    session.end_ms >= session.start_ms);
    }
    return 0;
}
