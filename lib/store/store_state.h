/* An open store. Private to lib/store. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "committer.h"
#include "folder.h"
#include "reader.h"

struct store {
    struct store_options options;
    struct folder_lock lock;
    struct tables tables;
    struct store_constants constants;
    struct committer *committer; /* NULL if read-only */
    struct readers readers;
};

#endif
