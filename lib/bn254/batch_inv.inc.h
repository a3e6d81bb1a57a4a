/* Montgomery's trick: the inverses of many elements for one inversion and three multiplications each.
 *
 * Included by each field's file with FIELD its type and FN(name) its functions' names; defines
 * FN(batch_inv_vartime). */
void FN(batch_inv_vartime)(FIELD *elements, FIELD *scratch, size_t count)
{
    FIELD product = FN(one);
    for (size_t i = 0; i < count; i++) {
        scratch[i] = product;
        if (!FN(is_zero)(&elements[i])) FN(mul)(&product, &product, &elements[i]);
    }
    FN(inv_vartime)(&product, &product);
    for (size_t i = count; i-- > 0;) {
        if (FN(is_zero)(&elements[i])) continue;
        FIELD inverse;
        FN(mul)(&inverse, &product, &scratch[i]);
        FN(mul)(&product, &product, &elements[i]);
        elements[i] = inverse;
    }
}
