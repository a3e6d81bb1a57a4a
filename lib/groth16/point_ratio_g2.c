#include "point_ratio.h"

#include "msm.h"
#include "parallel.h"
#include "point_form.h"

#include <stdlib.h>

#define POINT     g2
#define AFFINE    g2_affine
#define FORM_SIZE G2_FORM_SIZE
#define G(name)   g2_##name
#define in_group  g2_affine_is_valid_vartime
#include "point_ratio.inc.h"
