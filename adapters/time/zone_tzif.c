/* Reading TZif: RFC 9636. A version 2 file holds its data twice, with 32-bit and with 64-bit times, then a
 * footer with the rule (a POSIX TZ string) for all later times. Only the 64-bit part and the footer are used.
 */
#include "zone.h"

#include <stdlib.h>
#include <string.h>

#include "endian.h"

enum { HEADER_SIZE = 44, TYPE_SIZE = 6 };

struct header {
    uint32_t isut, isstd, leap, time, type, chars;
};

static enum roam_err take_header(struct header *out, const uint8_t *data, size_t size, struct roam_diag *diag)
{
    if (size < HEADER_SIZE || memcmp(data, "TZif", 4) != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "time zone: not a TZif file");
    if (data[4] < '2')
        return roam_diag(diag, ROAM_E_VERSION, "time zone: TZif version 1, 2 or later is needed");
    *out = (struct header){load_be32(data + 20), load_be32(data + 24), load_be32(data + 28),
                           load_be32(data + 32), load_be32(data + 36), load_be32(data + 40)};
    return ROAM_OK;
}

static uint64_t block_size(const struct header *h, unsigned time_size)
{
    return (uint64_t)h->time * (time_size + 1) + (uint64_t)h->type * TYPE_SIZE + h->chars +
           (uint64_t)h->leap * (time_size + 4) + h->isstd + h->isut;
}

static enum roam_err take_changes(struct zone *out, const struct header *h, const uint8_t *data,
                                  struct roam_diag *diag)
{
    const uint8_t *index = data + (size_t)h->time * 8, *type = index + h->time;
    out->before_s = out->standard_s = (int32_t)load_be32(type);
    if (h->time == 0) return ROAM_OK;
    out->change = calloc(h->time, sizeof *out->change);
    if (out->change == NULL) return ROAM_E_NOMEM;
    out->change_count = h->time;
    for (size_t i = 0; i < h->time; i++) {
        if (index[i] >= h->type) return roam_diag(diag, ROAM_E_FORMAT, "time zone: type index out of range");
        int64_t from_s = (int64_t)load_be64(data + 8 * i);
        if (i > 0 && from_s <= out->change[i - 1].from_s)
            return roam_diag(diag, ROAM_E_FORMAT, "time zone: changes are not in order");
        out->change[i] =
            (struct zone_change){from_s, (int32_t)load_be32(type + (size_t)index[i] * TYPE_SIZE)};
    }
    return ROAM_OK;
}

/* A cursor over the footer. */
struct cursor {
    const char *at, *end;
};

static bool take(struct cursor *c, char expected)
{
    bool found = c->at < c->end && *c->at == expected;
    c->at += found;
    return found;
}

static bool take_int(int *out, struct cursor *c, int maximum)
{
    const char *start = c->at;
    for (*out = 0; c->at < c->end && *c->at >= '0' && *c->at <= '9' && *out <= maximum; c->at++)
        *out = 10 * *out + (*c->at - '0');
    return c->at > start && *out <= maximum;
}

/* "CET" or "<+0330>" */
static bool take_name(struct cursor *c)
{
    const char *start = c->at;
    if (take(c, '<')) {
        while (c->at < c->end && *c->at != '>') c->at++;
        return take(c, '>');
    }
    while (c->at < c->end && ((*c->at | 32) >= 'a' && (*c->at | 32) <= 'z')) c->at++;
    return c->at - start >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(int32_t *out, struct cursor *c)
{
    bool negative = take(c, '-');
    int hours, minutes = 0, seconds = 0;
    if (!negative) take(c, '+');
    if (!take_int(&hours, c, 167)) return false;
    if (take(c, ':') && !take_int(&minutes, c, 59)) return false;
    if (take(c, ':') && !take_int(&seconds, c, 59)) return false;
    *out = (hours * 60 + minutes) * 60 + seconds;
    if (negative) *out = -*out;
    return true;
}

/* ,Mm.w.d[/time] */
static bool take_switch(struct zone_switch *out, struct cursor *c)
{
    out->time_s = 7200;
    if (!take(c, ',') || !take(c, 'M')) return false;
    if (!take_int(&out->month, c, 12) || !take(c, '.') || !take_int(&out->week, c, 5) || !take(c, '.'))
        return false;
    if (!take_int(&out->weekday, c, 6) || out->month == 0 || out->week == 0) return false;
    return !take(c, '/') || take_time(&out->time_s, c);
}

/* POSIX counts offsets westwards: "CET-1" is one hour east of UTC. */
static bool take_rule(struct zone *out, struct cursor *c)
{
    int32_t west_s;
    if (!take_name(c) || !take_time(&west_s, c)) return false;
    out->standard_s = -west_s;
    if (c->at == c->end) return true;
    if (!take_name(c)) return false;
    out->has_daylight = true;
    out->daylight_s = out->standard_s + 3600;
    if (c->at < c->end && *c->at != ',') {
        if (!take_time(&west_s, c)) return false;
        out->daylight_s = -west_s;
    }
    return take_switch(&out->to_daylight, c) && take_switch(&out->to_standard, c) && c->at == c->end;
}

/* Without a rule the last change holds for ever. */
static enum roam_err take_footer(struct zone *out, const uint8_t *data, size_t size, struct roam_diag *diag)
{
    const uint8_t *end = size < 2 || data[0] != '\n' ? NULL : memchr(data + 1, '\n', size - 1);
    if (end == NULL) return roam_diag(diag, ROAM_E_FORMAT, "time zone: no footer");
    struct cursor c = {(const char *)data + 1, (const char *)end};
    if (c.at == c.end) {
        if (out->change_count > 0) out->standard_s = out->change[out->change_count - 1].offset_s;
        return ROAM_OK;
    }
    if (take_rule(out, &c)) return ROAM_OK;
    return roam_diag(diag, ROAM_E_UNSUPPORTED, "time zone: rule \"%.*s\"",
                     (int)(end - data - 1 < 60 ? end - data - 1 : 60), (const char *)data + 1);
}

enum roam_err zone_parse(struct zone *out, const uint8_t *data, size_t size, struct roam_diag *diag)
{
    struct header h = {0};
    struct zone zone = {0};
    ROAM_TRY(take_header(&h, data, size, diag));
    uint64_t first = HEADER_SIZE + block_size(&h, 4);
    if (first > size) return roam_diag(diag, ROAM_E_FORMAT, "time zone: cut short");
    data += first;
    size -= (size_t)first;
    ROAM_TRY(take_header(&h, data, size, diag));
    uint64_t second = HEADER_SIZE + block_size(&h, 8);
    if (second > size || h.type == 0) return roam_diag(diag, ROAM_E_FORMAT, "time zone: cut short");
    enum roam_err err = take_changes(&zone, &h, data + HEADER_SIZE, diag);
    if (err == ROAM_OK) err = take_footer(&zone, data + second, size - (size_t)second, diag);
    if (err != ROAM_OK) {
        zone_release(&zone);
        return err;
    }
    *out = zone;
    return ROAM_OK;
}
