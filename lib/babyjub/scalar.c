#include "babyjub.h"

#include "checked.h"
#include "ct.h"
#include "endian.h"

/* Montgomery arithmetic modulo l with R = 2^256. The scalars themselves are in normal form: few products are
 * needed, so each removes its factor 1/R with a second one. */
const uint64_t bjj_order[4] = {0x677297dc392126f1, 0xab3eedb83920ee0a, 0x370a08b6d0302b0b,
                               0x060c89ce5c263405};
static const uint64_t minus_inverse = 0x532ce5aebc48f5ef; /* -1/l mod 2^64 */
static const uint64_t r2[4] = {0x35e44abee7ecb21e, 0x74646cacf5f84ec4, 0xe472df203faa158f,
                               0x0445b524f1ba50a8};
static const uint64_t r3[4] = {0x30886e7b42917c21, 0x98dae87b55d7cd2a, 0xeefe3d08cc608b7b,
                               0x02b4dbffb2bc97aa};

static uint64_t subtract_order(uint64_t out[4], const uint64_t a[4])
{
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        u128 difference = (u128)a[i] - bjj_order[i] - borrow;
        out[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    return borrow;
}

/* a < 2l to a mod l */
static void reduce_once(uint64_t out[4], const uint64_t a[4])
{
    uint64_t less[4];
    uint64_t keep = (uint64_t)0 - subtract_order(less, a);
    for (int i = 0; i < 4; i++) out[i] = ct_select(keep, a[i], less[i]);
}

static uint64_t mul_add(uint64_t a, uint64_t b, uint64_t c, uint64_t *carry)
{
    u128 sum = (u128)a * b + c + *carry;
    *carry = (uint64_t)(sum >> 64);
    return (uint64_t)sum;
}

/* out = a * b / R for a < l and any b < R: the running value stays below a + l. */
static void mul_montgomery(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t t[4] = {0};
    for (int i = 0; i < 4; i++) {
        uint64_t carry_a = 0, carry_l = 0;
        uint64_t low = mul_add(a[0], b[i], t[0], &carry_a);
        uint64_t q = low * minus_inverse;
        mul_add(q, bjj_order[0], low, &carry_l);
        for (int j = 1; j < 4; j++) {
            low = mul_add(a[j], b[i], t[j], &carry_a);
            t[j - 1] = mul_add(q, bjj_order[j], low, &carry_l);
        }
        t[3] = carry_a + carry_l;
    }
    reduce_once(out, t);
}

void bjj_scalar_add(bjj_scalar *out, const bjj_scalar *a, const bjj_scalar *b)
{
    uint64_t sum[4], carry = 0;
    for (int i = 0; i < 4; i++) {
        u128 t = (u128)a->limb[i] + b->limb[i] + carry;
        sum[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    reduce_once(out->limb, sum);
}

void bjj_scalar_mul(bjj_scalar *out, const bjj_scalar *a, const bjj_scalar *b)
{
    uint64_t product[4];
    mul_montgomery(product, a->limb, b->limb);
    mul_montgomery(out->limb, product, r2);
}

/* low + high * R = low * R^2 / R + high * R^3 / R */
void bjj_scalar_reduce(bjj_scalar *out, const uint8_t bytes[64])
{
    bjj_scalar low, high;
    for (int i = 0; i < 4; i++) {
        low.limb[i] = load_le64(bytes + 8 * i);
        high.limb[i] = load_le64(bytes + 32 + 8 * i);
    }
    static const uint64_t one[4] = {1};
    mul_montgomery(low.limb, r2, low.limb);
    mul_montgomery(low.limb, low.limb, one);
    mul_montgomery(high.limb, r3, high.limb);
    mul_montgomery(high.limb, high.limb, one);
    bjj_scalar_add(out, &low, &high);
    roam_wipe(&low, sizeof low);
    roam_wipe(&high, sizeof high);
}

bool bjj_scalar_is_canonical(const bjj_scalar *a)
{
    uint64_t difference[4];
    return subtract_order(difference, a->limb) == 1;
}
