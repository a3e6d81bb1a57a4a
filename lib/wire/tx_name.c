#include "tx_name.h"

/* Bytes of the character that this lead byte begins, 0 if none does. */
static size_t utf8_length(uint8_t lead)
{
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return 2;
    if (lead >= 0xe0 && lead <= 0xef) return 3;
    if (lead >= 0xf0 && lead <= 0xf4) return 4;
    return 0;
}

/* Overlong forms, surrogates and values above 0x10ffff are not characters; C0, DEL and C1 are control
 * characters. */
static bool is_printable(uint32_t character, size_t length)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (character < least[length] || character > 0x10ffff) return false;
    if (character >= 0xd800 && character <= 0xdfff) return false;
    return character >= 0x20 && (character < 0x7f || character > 0x9f);
}

/* Length of the printable character at text, 0 if there is none. */
static size_t character_length(const uint8_t *text, size_t size)
{
    const size_t length = utf8_length(text[0]);
    if (length == 0 || length > size) return 0;
    uint32_t character = length == 1 ? text[0] : text[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
        character = character << 6 | (text[i] & 0x3fu);
    }
    return is_printable(character, length) ? length : 0;
}

bool tx_name_is_canonical(const char name[TX_NAME_SIZE])
{
    const uint8_t *text = (const uint8_t *)name;
    size_t at = 0;
    while (at < TX_NAME_SIZE && text[at] != 0) {
        const size_t length = character_length(text + at, TX_NAME_SIZE - at);
        if (length == 0) return false;
        at += length;
    }
    const bool empty = at == 0;
    while (at < TX_NAME_SIZE && text[at] == 0) at++;
    return !empty && at == TX_NAME_SIZE;
}
