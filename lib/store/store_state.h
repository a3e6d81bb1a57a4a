/* An open store. Private to lib/store. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "admission.h"
#include "committer.h"
#include "folder.h"
#include "ordered.h"
#include "reader.h"
#include "seen.h"

struct store {
    struct store_options options;
    struct folder_lock lock;
    struct tables tables;
    struct store_constants constants;
    struct committer *committer; /* NULL if read-only or ordered */
    struct ordered *ordered;     /* NULL if not */
    struct admission *admission; /* with ordered */
    struct seen *seen;           /* signatures that the two checked */
    struct readers readers;
};

#endif
