/* Small OCPI documents and amounts, for tests. */
#ifndef TEST_OCPI_MAKER_H
#define TEST_OCPI_MAKER_H

#include <stdio.h>
#include <string.h>

#include "prop.h"

#include "ocpi.h"

enum { MAKER_TEXT = 8192 };

/* A CDR from start to end; periods is the content of charging_periods, extra more members with a comma before
 * each. */
static inline void maker_cdr(char out[MAKER_TEXT], const char *start, const char *end, const char *periods,
                             const char *extra)
{
    int size = snprintf(
        out, MAKER_TEXT,
        "{\"id\":\"c\",\"currency\":\"EUR\",\"start_date_time\":\"%s\",\"end_date_time\":\"%s\","
        "\"charging_periods\":[%s],\"total_cost\":{\"excl_vat\":0},\"total_energy\":0,\"total_time\":0%s}",
        start, end, periods, extra);
    assert_in_range(size, 1, MAKER_TEXT - 1);
}

static inline void maker_tariff(char out[MAKER_TEXT], const char *elements, const char *extra)
{
    int size =
        snprintf(out, MAKER_TEXT, "{\"id\":\"t\",\"currency\":\"EUR\",\"elements\":[%s]%s}", elements, extra);
    assert_in_range(size, 1, MAKER_TEXT - 1);
}

/* "5.5" -> 55000 */
static inline uint64_t maker_amount(const char *text)
{
    struct decimal value;
    uint64_t amount;
    assert_int_equal(decimal_parse(&value, text, strlen(text)), ROAM_OK);
    assert_int_equal(decimal_to_u64(&amount, &value, OCPI_DECIMALS), ROAM_OK);
    return amount;
}

static inline void maker_parse(struct ocpi_tariff *tariff, struct ocpi_cdr *cdr, const char *tariff_text,
                               const char *cdr_text)
{
    struct roam_diag diag = {0};
    if (ocpi_tariff_parse(tariff, tariff_text, strlen(tariff_text), &diag) != ROAM_OK)
        fail_msg("%s: %s", diag.text, tariff_text);
    if (ocpi_cdr_parse(cdr, cdr_text, strlen(cdr_text), &diag) != ROAM_OK)
        fail_msg("%s: %s", diag.text, cdr_text);
}

#define COMPONENT(type, price, vat, step)                                                                    \
    "{\"type\":\"" type "\",\"price\":" price ",\"vat\":" vat ",\"step_size\":" step "}"
#define ELEMENT(components) "{\"price_components\":[" components "]}"
#define RESTRICTED(restrictions, components)                                                                 \
    "{\"price_components\":[" components "],\"restrictions\":{" restrictions "}}"
#define PERIOD(start, dimensions) "{\"start_date_time\":\"" start "\",\"dimensions\":[" dimensions "]}"
#define VOLUME(type, volume)      "{\"type\":\"" type "\",\"volume\":" volume "}"

#endif
