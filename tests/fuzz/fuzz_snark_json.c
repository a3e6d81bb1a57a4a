/* snarkjs's JSON texts: what is read is written and read again the same. */
#include <string.h>

#include "fuzz_target.h"
#include "snark_json.h"

enum { COUNT_MAX = 8, TEXT_MAX = 1 << 20 };

static void try_proof(const char *text, size_t size)
{
    groth16_proof proof, again;
    struct roam_buf buf;
    if (snark_proof_parse(&proof, text, size, NULL) != ROAM_OK) return;
    buf_init(&buf, TEXT_MAX);
    ROAM_ASSERT(groth16_proof_check(&proof) == ROAM_OK);
    ROAM_ASSERT(snark_proof_print(&buf, &proof) == ROAM_OK);
    ROAM_ASSERT(snark_proof_parse(&again, (const char *)buf.data, buf.size, NULL) == ROAM_OK);
    ROAM_ASSERT(memcmp(&proof, &again, sizeof proof) == 0);
    buf_release(&buf);
}

static void try_public(const char *text, size_t size)
{
    fr inputs[COUNT_MAX], again[COUNT_MAX];
    size_t count, again_count;
    struct roam_buf buf;
    if (snark_public_parse(inputs, COUNT_MAX, &count, text, size, NULL) != ROAM_OK) return;
    buf_init(&buf, TEXT_MAX);
    ROAM_ASSERT(snark_public_print(&buf, inputs, count) == ROAM_OK);
    ROAM_ASSERT(snark_public_parse(again, COUNT_MAX, &again_count, (const char *)buf.data, buf.size, NULL) ==
                ROAM_OK);
    ROAM_ASSERT(count == again_count && memcmp(inputs, again, count * sizeof *inputs) == 0);
    buf_release(&buf);
}

static void try_vk(const char *text, size_t size)
{
    struct groth16_vk vk;
    g1_affine ic[COUNT_MAX];
    struct roam_diag diag = {0};
    if (snark_vk_parse(&vk, ic, COUNT_MAX, text, size, &diag) != ROAM_OK)
        ROAM_ASSERT(diag.text[0] != 0);
    else
        (void)!groth16_vk_lint(&vk, &diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_proof((const char *)data, size);
    try_public((const char *)data, size);
    try_vk((const char *)data, size);
    return 0;
}
