/* A tariff, a line with "---", and a CDR. What can be rated must cost what the price says. */
#include <string.h>

#include "fuzz_target.h"
#include "ocpi.h"

static struct ocpi_tariff tariff;

static void rate(const struct ocpi_cdr *cdr, const struct zone *zone, const struct ocpi_price *price)
{
    const struct ocpi_terms terms = {OCPI_DECIMALS, USAGE_ROUND_HALF_EVEN, 0, 0};
    struct usage_rate_card card;
    struct usage_record record;
    struct usage_fee fee;
    if (ocpi_rate_card(&card, &tariff, &terms, NULL) != ROAM_OK) return;
    if (ocpi_usage_record(&record, cdr, &tariff, zone, NULL, 0, NULL) != ROAM_OK) return;
    if (usage_rate(&fee, &card, &record, USAGE_MONEY_MAX, NULL) != ROAM_OK) return;
    for (int c = 0; c < USAGE_COLUMNS; c++) ROAM_ASSERT(fee.fee[c] == price->cost[OCPI_TOTAL_COST][c]);
}

static void price_and_rate(const struct ocpi_cdr *cdr)
{
    const struct zone zone = zone_fixed(3600);
    struct ocpi_difference difference[OCPI_DIFFERENCES_MAX];
    struct ocpi_price price;
    struct roam_diag diag = {0};
    if (ocpi_price(&price, cdr, &tariff, &zone, &diag) != ROAM_OK) return;
    ROAM_ASSERT(ocpi_compare(difference, &price, cdr) <= OCPI_DIFFERENCES_MAX);
    rate(cdr, &zone, &price);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *separator = size == 0 ? NULL : memmem(text, size, "\n---\n", 5);
    if (separator == NULL) return 0;
    struct ocpi_cdr cdr;
    struct roam_diag diag = {0};
    const size_t tariff_size = (size_t)(separator - text), cdr_size = size - tariff_size - 5;
    if (ocpi_cdr_parse(&cdr, separator + 5, cdr_size, &diag) != ROAM_OK) return 0;
    if (ocpi_tariff_parse(&tariff, text, tariff_size, &diag) == ROAM_OK) price_and_rate(&cdr);
    if (ocpi_tariff_of_cdr(&tariff, separator + 5, cdr_size, &diag) == ROAM_OK) price_and_rate(&cdr);
    ocpi_cdr_release(&cdr);
    return 0;
}
