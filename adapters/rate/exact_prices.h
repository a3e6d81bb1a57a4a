/* From exact prices to the integer prices of a rate card. */
#ifndef ROAM_EXACT_PRICES_H
#define ROAM_EXACT_PRICES_H

#include "fraction.h"
#include "usage.h"

/* Sets the card's scale to the smallest at which every price is a whole number of atoms, and the prices of
 * its first count slots; price is in minor units per base unit. The card is otherwise left as it is.
 * ROAM_E_UNSUPPORTED if the scale would reach 2^40 or a price 2^56 atoms; the card is then unspecified. */
ROAM_MUST_USE enum roam_err exact_prices_set(struct usage_rate_card *card,
                                             const struct fraction price[][USAGE_COLUMNS], int count,
                                             struct roam_diag *diag);

/* net, and gross = net * (100 + tax_percent) / 100; false on overflow. */
bool exact_price_with_tax(struct fraction out[USAGE_COLUMNS], struct fraction net,
                          struct fraction tax_percent);

#endif
