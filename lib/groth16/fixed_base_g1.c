#include "fixed_base.h"

#include "ct.h"

#include <stdlib.h>

#define POINT   g1
#define AFFINE  g1_affine
#define COORD   fp
#define BASE    struct g1_fixed_base
#define G(name) g1_##name
#include "fixed_base.inc.h"
