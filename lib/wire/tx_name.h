/* Operator names. Private to lib/wire. */
#ifndef WIRE_TX_NAME_H
#define WIRE_TX_NAME_H

#include "tx.h"

/* Shortest-form UTF-8 (RFC 3629) without control characters (category Cc, U+0080 .. U+009F too), at least one
 * character, then NULs to the end. */
bool tx_name_is_canonical(const char name[TX_NAME_SIZE]);

#endif
