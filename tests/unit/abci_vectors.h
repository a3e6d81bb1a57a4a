/* tests/vectors/abci.txt: frames as CometBFT's own code writes them. */
#ifndef TEST_ABCI_VECTORS_H
#define TEST_ABCI_VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abci_message.h"
#include "hex.h"

enum { VECTOR_MAX = 1 << 16 };
struct vector {
    char kind[16], name[64], text[2 * VECTOR_MAX + 2];
    uint8_t frame[VECTOR_MAX];
    size_t frame_size;
    const uint8_t *data; /* without the length before it */
    size_t size;
};

static inline bool vector_next(FILE *file, struct vector *out)
{
    uint64_t size;
    size_t head;
    if (fscanf(file, "%15s %63s %131073s", out->kind, out->name, out->text) != 3) return false;
    out->frame_size = strlen(out->text) / 2;
    ROAM_ASSERT(hex_decode(out->frame, out->frame_size, out->text, strlen(out->text)) == ROAM_OK);
    ROAM_ASSERT(proto_varint_read(&size, &head, out->frame, out->frame_size) == ROAM_OK);
    ROAM_ASSERT(head > 0 && head + size == out->frame_size);
    out->data = out->frame + head;
    out->size = (size_t)size;
    return true;
}

static inline FILE *vectors_open(void)
{
    FILE *file = fopen(TEST_VECTORS_DIR "/abci.txt", "r");
    ROAM_ASSERT(file != NULL);
    return file;
}

/* The message of that kind and name must be there. */
static inline void vector_find(struct vector *out, const char *kind, const char *name)
{
    FILE *file = vectors_open();
    bool found = false;
    while (!found && vector_next(file, out))
        found = strcmp(out->kind, kind) == 0 && strcmp(out->name, name) == 0;
    fclose(file);
    ROAM_ASSERT(found);
}

#endif
