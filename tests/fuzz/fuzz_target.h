/* One entry point for libFuzzer and for driver.c. */
#ifndef TEST_FUZZ_TARGET_H
#define TEST_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0; a finding is a crash, a failed ROAM_ASSERT or a sanitizer's report. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
