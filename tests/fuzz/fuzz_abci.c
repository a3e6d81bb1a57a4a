/* ABCI messages: the first byte says whether a request (even) or a response. What is read is written, read
 * and written as the same bytes, and takes no more memory than is allowed. The corpus is what is named full_
 * and 40_ in tests/vectors/abci.txt, with that byte in front. */
#include <stdlib.h>
#include <string.h>

#include "abci_message.h"
#include "fuzz_target.h"

union any {
    struct abci_request request;
    struct abci_response response;
};

static uint8_t *write_message(const struct proto_message *message, const union any *value, size_t *size)
{
    *size = proto_size(message, value);
    uint8_t *out = malloc(*size);
    ROAM_ASSERT(out != NULL || *size == 0);
    proto_write(out, *size, message, value);
    return out;
}

static void check(const struct proto_message *message, const union any *value)
{
    struct proto_arena arena = proto_arena_growing(SIZE_MAX);
    union any again;
    size_t size, second_size;
    uint8_t *first = write_message(message, value, &size);
    ROAM_ASSERT(proto_read(message, &again, first, size, &arena, NULL) == ROAM_OK);
    uint8_t *second = write_message(message, &again, &second_size);
    ROAM_ASSERT(size == second_size && (size == 0 || memcmp(first, second, size) == 0));
    free(first);
    free(second);
    proto_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    const struct proto_message *message = data[0] % 2 == 0 ? &abci_request_message : &abci_response_message;
    const size_t maximum = 4096 + 16 * size;
    struct proto_arena arena = proto_arena_growing(maximum);
    struct roam_diag diag = {0};
    union any value;
    const enum roam_err err = proto_read(message, &value, data + 1, size - 1, &arena, &diag);
    ROAM_ASSERT(arena.taken <= maximum);
    ROAM_ASSERT((err == ROAM_OK) == (diag.text[0] == 0));
    ROAM_ASSERT(err == ROAM_OK || err == ROAM_E_FORMAT || err == ROAM_E_RANGE || err == ROAM_E_LIMIT);
    if (err == ROAM_OK) check(message, &value);
    proto_arena_release(&arena);
    return 0;
}
