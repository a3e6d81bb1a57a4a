/* Hexadecimal and Base64 text, over libsodium's constant-time codecs. */
#ifndef ROAM_HEX_H
#define ROAM_HEX_H

#include "err.h"

/* text must hold 2*size + 1 characters; lower case. */
void hex_encode(char *text, const uint8_t *bytes, size_t size);
/* Exactly 2*size hexadecimal digits, either case, and nothing else; else ROAM_E_FORMAT. */
ROAM_MUST_USE enum roam_err hex_decode(uint8_t *bytes, size_t size, const char *text, size_t text_size);

/* Standard alphabet with padding. text must hold 4*((size+2)/3) + 1 characters. */
void base64_encode(char *text, const uint8_t *bytes, size_t size);
/* Strict: padding required, no white space, unused bits zero. Writes at most capacity bytes, the number to
 * *size. */
ROAM_MUST_USE enum roam_err base64_decode(uint8_t *bytes, size_t capacity, size_t *size, const char *text,
                                          size_t text_size);

#endif
