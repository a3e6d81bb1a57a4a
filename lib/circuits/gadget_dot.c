#include "gadget_dot.h"

enum { PAIRS = GADGET_DOT_SIZE / 2 };

static lc sum_of_pairs(struct builder *b, const lc product[PAIRS]) { return lc_sum(b, product, NULL, PAIRS); }

void gadget_dot_prepare(struct builder *b, struct dot_vector *x)
{
    lc product[PAIRS];
    for (int i = 0; i < PAIRS; i++) product[i] = builder_product(b, x->element[2 * i], x->element[2 * i + 1]);
    x->pairs = sum_of_pairs(b, product);
}

/* x0 + y1 and x1 + y0 of pair i */
static void cross(struct builder *b, lc factor[2], const struct dot_vector *x, const struct dot_vector *y,
                  int i)
{
    factor[0] = lc_add(b, x->element[2 * i], y->element[2 * i + 1]);
    factor[1] = lc_add(b, x->element[2 * i + 1], y->element[2 * i]);
}

lc gadget_dot(struct builder *b, const struct dot_vector *x, const struct dot_vector *y)
{
    uint32_t mark = builder_mark(b);
    lc product[PAIRS], factor[2];
    for (int i = 0; i < PAIRS; i++) {
        cross(b, factor, x, y, i);
        product[i] = builder_product(b, factor[0], factor[1]);
    }
    lc out = lc_sub(b, sum_of_pairs(b, product), lc_add(b, x->pairs, y->pairs));
    builder_release(b, mark, &out, 1);
    return out;
}

/* The last product is what the equation leaves for it. */
void gadget_dot_equal(struct builder *b, const struct dot_vector *x, const struct dot_vector *y, lc expected)
{
    uint32_t mark = builder_mark(b);
    lc rest = lc_add(b, expected, lc_add(b, x->pairs, y->pairs)), factor[2];
    for (int i = 0; i < PAIRS - 1; i++) {
        cross(b, factor, x, y, i);
        rest = lc_sub(b, rest, builder_product(b, factor[0], factor[1]));
    }
    cross(b, factor, x, y, PAIRS - 1);
    builder_constrain(b, factor[0], factor[1], rest);
    builder_release(b, mark, NULL, 0);
}
