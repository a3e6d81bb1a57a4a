/* Where tests find real records: the folder named by ROAM_SHARED_DATA, else ../shared/data beside the source
 * tree. */
#ifndef TEST_SHARED_DATA_H
#define TEST_SHARED_DATA_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Writes the path of an entry; prints "skipped" and returns false when it is absent. */
static inline bool shared_data_path(char *out, size_t out_size, const char *entry)
{
    const char *folder = getenv("ROAM_SHARED_DATA");
    snprintf(out, out_size, "%s/%s", folder != NULL ? folder : TEST_VECTORS_DIR "/../../../shared/data",
             entry);
    if (access(out, R_OK) == 0) return true;
    print_message("skipped: no %s\n", out);
    return false;
}

#endif
