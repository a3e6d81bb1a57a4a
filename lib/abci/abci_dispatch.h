/* From a request to the application's function and to the response. */
#ifndef ABCI_DISPATCH_H
#define ABCI_DISPATCH_H

#include "abci_message.h"

struct abci_call {
    struct proto_arena memory; /* of the request's lists and of abci_take */
    bool failed;
    char why[480];
};

/* Answers any request but ABCI_NONE. What *out points to lives in *in, in call->memory or with the
 * application. */
void abci_dispatch(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                   struct abci_response *out);
/* An exception with the text that call failed for. */
void abci_exception(const struct abci_call *call, struct abci_response *out);

#endif
