/* Roots of unity in Fr. */
#ifndef ROOT_OF_UNITY_H
#define ROOT_OF_UNITY_H

#include "ntt.h"

/* 5^((r-1)/2^log_order), log_order <= NTT_LOG_MAX: the root that the transform of that size uses. */
void root_of_unity(fr *out, unsigned log_order);

#endif
