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
    struct tables file;   /* the tables alone */
    struct tables tables; /* with what is recent, if ordered */
    struct recent recent;
    struct store_constants constants;
    struct committer *committer;   /* NULL if read-only or ordered */
    struct checkpoint *checkpoint; /* with ordered */
    struct ordered *ordered;       /* NULL if not */
    struct admission *admission;   /* with ordered */
    struct seen *seen;             /* signatures that the two checked */
    struct readers readers;
};

/* A view of the file, in which all is that has been committed before. The errors of view_begin, and diag says
 * so. */
ROAM_MUST_USE enum roam_err store_file_view(struct view *view, struct store *store, struct roam_diag *diag);

#endif
