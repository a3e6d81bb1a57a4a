/* Points of the twist, eight at once, as the pairing's loop moves them: homogeneous coordinates, x = X/Z,
 * y = Y/Z. The formulas are those of pairing.c. Only for processors of level CPU_IFMA. Private to
 * lib/bn254. */
#ifndef BN254_G2X8_H
#define BN254_G2X8_H

#include "fp12x8.h"
#include "g1.h"
#include "g2.h"

#if defined(__x86_64__)
/* Coordinates below 2p. */
typedef struct {
    fp2x8 x, y;
} g2x8_affine;

/* Coordinates below 4p. */
typedef struct {
    fp2x8 x, y, z;
} g2x8;

/* A point P of G1 in each lane, at which lines are taken: yP, -xP, 2yP and -3xP, settled. */
struct line_at8 {
    mont8 y, minus_x, y2, minus_x3;
};

/* t becomes 2t or t + q, and line the value at P of the tangent or of the line through t and q. Lanes where
 * t + q is not defined (t = q, or t at infinity) get Z = 0, and keep it. */
void g2x8_double_step(struct line8 *line, g2x8 *t, const struct line_at8 *p);
void g2x8_add_step(struct line8 *line, g2x8 *t, const g2x8_affine *q, const struct line_at8 *p);
/* The step of this name, of ATE_STEPS: 2t, or t and q, -q, psi(q) or -psi^2(q) added. */
void g2x8_ate_step(struct line8 *line, g2x8 *t, const g2x8_affine *q, const struct line_at8 *p, char step);
void g2x8_from_affine(g2x8 *out, const g2x8_affine *q);
void g2x8_neg(g2x8_affine *out, const g2x8_affine *q);
void g2x8_psi(g2x8_affine *out, const g2x8_affine *q);
void g2x8_minus_psi_sqr(g2x8_affine *out, const g2x8_affine *q);
/* The lanes where t = -psi^3(q) and t is not at infinity. */
uint8_t g2x8_is_minus_psi_cube(const g2x8 *t, const g2x8_affine *q);
#endif
#endif
