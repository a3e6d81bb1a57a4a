#include "group_ntt.h"

#include "parallel.h"
#include "point_batch.h"
#include "ntt.h"

#include <stdatomic.h>
#include <string.h>

#define AFFINE  g1_affine
#define G(name) g1_##name
#include "group_ntt.inc.h"
