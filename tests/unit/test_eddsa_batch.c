/* A batch gives every signature the verdict of single verification, whatever is wrong and however errors
 * combine. */
#include "eddsa_signers.h"

/* A defect, or none, put into an item. */
static void spoil(struct eddsa_item *item, struct roam_prng *prng)
{
    const bjj_scalar one = {{1}};
    bjj_point shift;
    torsion_point(&shift, 1 + prng_below(prng, 7));
    switch (prng_below(prng, 11)) {
    case 0:
        bjj_scalar_add(&item->signature.s, &item->signature.s, &one);
        break;
    case 1:
        fr_add(&item->message, &item->message, &fr_one);
        break;
    case 2:
        bjj_add(&item->signature.r8, &item->signature.r8, &shift);
        break;
    case 3:
        add_order(&item->signature.s);
        break;
    case 4:
        item->public_key = bjj_base8;
        break;
    case 5:
        item->public_key = shift;
        break;
    case 6: /* forged under a key of small order */
        item->public_key = prng_below(prng, 2) == 0 ? shift : bjj_identity;
        bjj_mul(&item->signature.r8, &bjj_base8, item->signature.s.limb);
        break;
    case 7:
        bjj_add(&item->public_key, &item->public_key, &shift);
        break;
    case 8:
        fr_add(&item->signature.r8.x, &item->signature.r8.x, &fr_one);
        break;
    case 9:
        fr_add(&item->public_key.y, &item->public_key.y, &fr_one);
        break;
    default:
        item->signature.r8 = bjj_identity;
    }
}

static void check_batch(const struct eddsa_item *items, size_t count, struct roam_prng *prng)
{
    struct roam_env env = roam_env_seeded(prng);
    enum roam_err *verdicts = malloc(count * sizeof *verdicts + 1), first = ROAM_OK;
    void *scratch = malloc(eddsa_batch_scratch_size(count));
    assert_non_null(verdicts);
    assert_non_null(scratch);
    enum roam_err result = eddsa_verify_batch_vartime(verdicts, items, count, &env, scratch);
    for (size_t i = 0; i < count; i++) {
        enum roam_err single =
            eddsa_verify_vartime(&items[i].public_key, &items[i].message, &items[i].signature);
        assert_int_equal(verdicts[i], single);
        if (first == ROAM_OK) first = single;
        count_property++;
        count_negative += single != ROAM_OK;
    }
    assert_int_equal(result, first);
    free(scratch);
    free(verdicts);
}

static void batches_agree_with_single_verification(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    enum { MAX = 100 };
    static const size_t counts[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 64, MAX};
    static struct eddsa_item good[MAX], items[MAX];
    for (size_t i = 0; i < MAX; i++) {
        struct signer signer;
        make_signer(&signer, &prng);
        good[i] = (struct eddsa_item){signer.key.public_key, signer.message, signer.signature};
    }
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (unsigned per_mille = 0; per_mille <= 1000; per_mille += 250) {
            memcpy(items, good, sizeof items);
            for (size_t i = 0; i < counts[c]; i++)
                if (prng_below(&prng, 1000) < per_mille) spoil(&items[i], &prng);
            check_batch(items, counts[c], &prng);
        }
    for (size_t i = 0; i < 16; i++) { /* one bad item, at every place */
        memcpy(items, good, sizeof items);
        fr_add(&items[i].message, &items[i].message, &fr_one);
        check_batch(items, 16, &prng);
    }
}

/* All R8 shifted by their signers, so that the equation's prime part holds and the shifts may cancel. */
static void batches_see_torsion(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    enum { ITEMS = 16 };
    struct signer signers[ITEMS];
    struct eddsa_item items[ITEMS];
    for (size_t i = 0; i < ITEMS; i++) make_signer(&signers[i], &prng);
    for (uint64_t k = 1; k < 8; k++)
        for (size_t bad = 1; bad <= ITEMS; bad *= 2) {
            bjj_point shift;
            torsion_point(&shift, k);
            for (size_t i = 0; i < ITEMS; i++) {
                struct signer signer = signers[i];
                if (i < bad) sign_shifted(&signer.signature, &signer.key, &signer.message, &shift);
                items[i] = (struct eddsa_item){signer.key.public_key, signer.message, signer.signature};
            }
            check_batch(items, ITEMS, &prng);
        }
}

/* Errors that cancel in a plain sum. */
static void batch_coefficients_do_not_cancel(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct eddsa_item items[8];
    const bjj_scalar one = {{1}}, minus_one = {{bjj_order[0] - 1, bjj_order[1], bjj_order[2], bjj_order[3]}};
    for (size_t i = 0; i < 8; i++) {
        struct signer signer;
        make_signer(&signer, &prng);
        items[i] = (struct eddsa_item){signer.key.public_key, signer.message, signer.signature};
    }
    bjj_scalar_add(&items[2].signature.s, &items[2].signature.s, &one);
    bjj_scalar_add(&items[5].signature.s, &items[5].signature.s, &minus_one);
    enum roam_err verdicts[8];
    struct roam_env env = roam_env_seeded(&prng);
    void *scratch = malloc(eddsa_batch_scratch_size(8));
    assert_non_null(scratch);
    assert_int_equal(eddsa_verify_batch_vartime(verdicts, items, 8, &env, scratch), ROAM_E_VERIFY);
    for (size_t i = 0; i < 8; i++) assert_int_equal(verdicts[i], i == 2 || i == 5 ? ROAM_E_VERIFY : ROAM_OK);
    count_negative += 2;
    free(scratch);
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch_coefficients_do_not_cancel),
        cmocka_unit_test(batches_see_torsion),
        cmocka_unit_test(batches_agree_with_single_verification),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
