#define POINT   g1
#define AFFINE  g1_affine
#define G(name) g1_##name
#define COORD   fp
#define K(name) fp_##name
#define LARGE   (1 << 14)
#include "msm_cases.inc.h"
