#define POINT   g2
#define AFFINE  g2_affine
#define G(name) g2_##name
#define COORD   fp2
#define K(name) fp2_##name
#define LARGE   (1 << 13)
#include "msm_cases.inc.h"
