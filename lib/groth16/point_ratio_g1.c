#include "point_ratio.h"

#include "msm.h"
#include "pairing.h"
#include "parallel.h"
#include "point_form.h"

#include <stdlib.h>

#define POINT     g1
#define AFFINE    g1_affine
#define FORM_SIZE G1_FORM_SIZE
#define G(name)   g1_##name
#define in_group  g1_affine_is_valid
#include "point_ratio.inc.h"

/* e(p0, q1) = e(p1, q0) */
bool same_ratio(const g1_affine *p0, const g1_affine *p1, const g2_affine *q0, const g2_affine *q1)
{
    if (g1_affine_is_infinity(p0) || g1_affine_is_infinity(p1) || g2_affine_is_infinity(q0) ||
        g2_affine_is_infinity(q1))
        return false;
    g1_affine p[2] = {*p0, *p1};
    g2_affine q[2] = {*q1, *q0};
    g1_affine_neg(&p[1], &p[1]);
    return pairing_check(p, q, 2);
}
