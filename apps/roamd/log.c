#include "log.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const level_names[] = {"error", "warn", "info", "debug"};
static atomic_int threshold = LOG_INFO;

bool log_level_parse(enum log_level *out, const char *text)
{
    for (int i = 0; i <= LOG_DEBUG; i++) {
        if (strcmp(text, level_names[i]) != 0) continue;
        *out = (enum log_level)i;
        return true;
    }
    return false;
}

void log_set_level(enum log_level level) { atomic_store(&threshold, (int)level); }

const char *log_number(char text[24], int64_t value)
{
    snprintf(text, 24, "%" PRId64, value);
    return text;
}

static void now_text(char text[40])
{
    struct timespec now;
    struct tm utc;
    char seconds[24];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, 40, "%s.%03ldZ", seconds, now.tv_nsec / 1000000);
}

void log_event(enum log_level level, const char *event, ...)
{
    char time_text[40];
    va_list fields;
    if ((int)level > atomic_load(&threshold)) return;
    now_text(time_text);
    json_t *line = json_pack("{s:s,s:s,s:s}", "time", time_text, "level", level_names[level], "event", event);
    va_start(fields, event);
    for (const char *key; (key = va_arg(fields, const char *)) != NULL;)
        json_object_set_new(line, key, json_string(va_arg(fields, const char *)));
    va_end(fields);
    char *text = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    if (text != NULL) fprintf(stderr, "%s\n", text);
    free(text);
}
