#include "hex.h"

#include <errno.h>
#include <sodium.h>

void hex_encode(char *text, const uint8_t *bytes, size_t size)
{
    sodium_bin2hex(text, 2 * size + 1, bytes, size);
}

enum roam_err hex_decode(uint8_t *bytes, size_t size, const char *text, size_t text_size)
{
    size_t decoded;
    const char *end;
    if (text_size != 2 * size) return ROAM_E_FORMAT;
    if (sodium_hex2bin(bytes, size, text, text_size, NULL, &decoded, &end) != 0) return ROAM_E_FORMAT;
    return decoded == size && end == text + text_size ? ROAM_OK : ROAM_E_FORMAT;
}

void base64_encode(char *text, const uint8_t *bytes, size_t size)
{
    const int variant = sodium_base64_VARIANT_ORIGINAL;
    sodium_bin2base64(text, sodium_base64_encoded_len(size, variant), bytes, size, variant);
}

enum roam_err base64_decode(uint8_t *bytes, size_t capacity, size_t *size, const char *text, size_t text_size)
{
    const char *end;
    *size = 0;
    if (text_size % 4 != 0) return ROAM_E_FORMAT;
    errno = 0;
    if (sodium_base642bin(bytes, capacity, text, text_size, NULL, size, &end,
                          sodium_base64_VARIANT_ORIGINAL) == 0)
        return end == text + text_size ? ROAM_OK : ROAM_E_FORMAT;
    return errno == ERANGE ? ROAM_E_LIMIT : ROAM_E_FORMAT;
}
