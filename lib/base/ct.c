#include "ct.h"

#include <string.h>

void roam_wipe(void *secret, size_t size) { explicit_bzero(secret, size); }

bool roam_ct_equal(const void *a, const void *b, size_t size)
{
    const volatile uint8_t *x = a, *y = b;
    uint8_t difference = 0;
    for (size_t i = 0; i < size; i++) difference = (uint8_t)(difference | (x[i] ^ y[i]));
    return difference == 0;
}
