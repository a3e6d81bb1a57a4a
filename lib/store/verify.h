/* Comparing what a store holds with what commits to it. Private to lib/store. */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "hosting.h"

/* ROAM_E_MISMATCH unless the records give the head's state commitment; ROAM_E_IO. */
ROAM_MUST_USE enum roam_err verify_records(struct view *view, const struct ledger_head *head,
                                           struct roam_diag *diag);

#endif
