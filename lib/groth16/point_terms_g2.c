#include "point_terms.h"

#include "point_batch.h"

#define POINT   g2
#define AFFINE  g2_affine
#define TERMS   struct g2_terms
#define G(name) g2_##name
#include "point_terms.inc.h"
