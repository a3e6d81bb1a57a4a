#include "point_terms.h"

#include "point_batch.h"

#define POINT   g1
#define AFFINE  g1_affine
#define TERMS   struct g1_terms
#define G(name) g1_##name
#include "point_terms.inc.h"
