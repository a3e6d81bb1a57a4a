#include "point_scale.h"

#include "ct.h"
#include "parallel.h"
#include "point_batch.h"
#include "point_form.h"

#include <stdlib.h>

#define AFFINE    g2_affine
#define FORM_SIZE G2_FORM_SIZE
#define G(name)   g2_##name
#include "point_scale.inc.h"
