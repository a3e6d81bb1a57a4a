/* A file of the transparency software. */
#include "fuzz_target.h"
#include "ocmf_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ocmf_values values;
    struct ocmf_verdict verdict;
    unsigned valid = 0;
    if (ocmf_xml_read(&values, data, size, NULL) != ROAM_OK) return 0;
    for (size_t i = 0; i < values.count; i++)
        valid += ocmf_verify(&verdict, values.value[i].record, values.value[i].key, NULL) == ROAM_OK;
    ROAM_ASSERT(valid <= values.count);
    ocmf_values_release(&values);
    return 0;
}
