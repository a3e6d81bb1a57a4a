/* What both kinds of verifying share. Private to lib/babyjub. */
#ifndef BABYJUB_EDDSA_CORE_H
#define BABYJUB_EDDSA_CORE_H

#include "eddsa.h"

/* What can be told without the equation: E_RANGE if S >= l, E_POINT if R8 or the key is off the curve. */
ROAM_MUST_USE enum roam_err eddsa_check_form(const bjj_point *public_key, const eddsa_signature *signature);

#endif
