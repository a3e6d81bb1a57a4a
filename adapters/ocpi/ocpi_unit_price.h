/* The exact price of one base unit; private to this folder. */
#ifndef ROAM_OCPI_UNIT_PRICE_H
#define ROAM_OCPI_UNIT_PRICE_H

#include "fraction.h"
#include "ocpi.h"

/* Minor units (10^-decimals of the currency) per base unit of the component, net and gross. False on
 * overflow. */
bool ocpi_unit_price(struct fraction out[USAGE_COLUMNS], const struct ocpi_component *component,
                     enum ocpi_tax tax, int decimals);

/* How much a dimension's last component is billed beyond its quantity: its step over the dimension's total.
 */
uint64_t ocpi_round_up(const struct ocpi_usage *usage, const struct ocpi_tariff *tariff,
                       enum ocpi_dimension dimension);

#endif
