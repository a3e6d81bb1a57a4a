#include "fixed_base.h"

#include "ct.h"

#include <stdlib.h>

#define POINT   g2
#define AFFINE  g2_affine
#define COORD   fp2
#define BASE    struct g2_fixed_base
#define G(name) g2_##name
#include "fixed_base.inc.h"
