#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct roam_buf *buf, size_t maximum_size)
{
    *buf = (struct roam_buf){.maximum = maximum_size};
}

void buf_release(struct roam_buf *buf)
{
    free(buf->data);
    *buf = (struct roam_buf){.maximum = buf->maximum};
}

static enum roam_err grow(struct roam_buf *buf, size_t more)
{
    if (more > buf->maximum - buf->size) return ROAM_E_LIMIT;
    if (more <= buf->capacity - buf->size) return ROAM_OK;
    size_t capacity = buf->capacity < 64 ? 64 : buf->capacity;
    while (capacity < buf->size + more) capacity = capacity > buf->maximum / 2 ? buf->maximum : 2 * capacity;
    uint8_t *data = realloc(buf->data, capacity);
    if (data == NULL) return ROAM_E_NOMEM;
    buf->data = data;
    buf->capacity = capacity;
    return ROAM_OK;
}

uint8_t *buf_extend(struct roam_buf *buf, size_t size)
{
    if (grow(buf, size) != ROAM_OK) return NULL;
    buf->size += size;
    return buf->data + buf->size - size;
}

enum roam_err buf_append(struct roam_buf *buf, const void *data, size_t size)
{
    ROAM_TRY(grow(buf, size));
    if (size > 0) memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    return ROAM_OK;
}

static enum roam_err append_to(void *context, const void *data, size_t size)
{
    return buf_append(context, data, size);
}

struct roam_sink buf_sink(struct roam_buf *buf) { return (struct roam_sink){buf, append_to}; }

enum roam_err buf_printf(struct roam_buf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    ROAM_ASSERT(length >= 0);
    ROAM_TRY(grow(buf, (size_t)length + 1));
    va_start(arguments, format);
    vsnprintf((char *)buf->data + buf->size, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buf->size += (size_t)length;
    return ROAM_OK;
}
