/* The sections of a record; private to this folder. */
#ifndef ROAM_OCMF_SPLIT_H
#define ROAM_OCMF_SPLIT_H

#include "ocmf.h"

/* Both borrow from record. ROAM_E_FORMAT unless it is OCMF|...|... with exactly two pipes; ROAM_E_LIMIT. */
ROAM_MUST_USE enum roam_err ocmf_split(struct ocmf_text *payload, struct ocmf_text *signature,
                                       struct ocmf_text record, struct roam_diag *diag);

#endif
