/* The XML of S.A.F.E.'s transparency software: signed values and their keys, in file order.
 *
 *   <values><value transactionId="" context="">
 *     <signedData format="OCMF" encoding="plain|base64|hex" transactionId="">...</signedData>
 *     <publicKey encoding="">...</publicKey>
 *   </value></values>
 *
 * The key's encoding attribute is not used: files in the field say "plain" over hexadecimal and nothing over
 * Base64; ocmf_verify recognises the form. Network, external entities and document type declarations are
 * refused. */
#ifndef ROAM_OCMF_XML_H
#define ROAM_OCMF_XML_H

#include "ocmf.h"

enum { OCMF_XML_SIZE_MAX = 4 << 20, OCMF_XML_VALUES_MAX = 10000, OCMF_ATTRIBUTE_SIZE = 64 };

struct ocmf_value {
    struct ocmf_text record;          /* decoded, white space around it removed */
    struct ocmf_text key;             /* as written, "" if there is none */
    char format[OCMF_ATTRIBUTE_SIZE]; /* "OCMF" also where none is stated and the record begins with it */
    char transaction[OCMF_ATTRIBUTE_SIZE]; /* of the value, else of its signedData; "" if absent */
    char context[OCMF_ATTRIBUTE_SIZE];     /* "Transaction.Begin", ...; "" if absent */
};

struct ocmf_values {
    struct ocmf_value *value;
    size_t count;
};

/* ROAM_E_FORMAT (not this XML, or a record that is not what its encoding says), ROAM_E_UNSUPPORTED (another
 * encoding), ROAM_E_LIMIT, ROAM_E_NOMEM. Release *out after success; the texts live until then. */
ROAM_MUST_USE enum roam_err ocmf_xml_read(struct ocmf_values *out, const uint8_t *data, size_t size,
                                          struct roam_diag *diag);
void ocmf_values_release(struct ocmf_values *values);

#endif
