/* Structured log: one JSON object a line on standard error, {"time":"...","level":"info","event":"...",...}.
 */
#ifndef ROAMD_LOG_H
#define ROAMD_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* "error", "warn", "info", "debug"; false if it is none of them. */
bool log_level_parse(enum log_level *out, const char *text);
/* Lines above this level are dropped; LOG_INFO to begin with. */
void log_set_level(enum log_level level);

/* fields: pairs of key and value, ended by NULL. Values are strings. Any thread. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));
/* A number as text for log_event: valid until the end of the full expression's block. */
#define LOG_NUMBER(value) (log_number((char[24]){0}, (int64_t)(value)))
const char *log_number(char text[24], int64_t value);

#endif
