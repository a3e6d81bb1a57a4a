#include "hex.h"

#include <string.h>

void hex_encode(char *text, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * size] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

enum roam_err hex_decode(uint8_t *bytes, size_t size, const char *text, size_t text_size)
{
    if (text_size != 2 * size) return ROAM_E_FORMAT;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return ROAM_E_FORMAT;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return ROAM_OK;
}

static const char base64_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(char *text, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += 3) {
        uint32_t group = 0;
        size_t count = size - i < 3 ? size - i : 3;
        for (size_t j = 0; j < 3; j++) group = group << 8 | (j < count ? bytes[i + j] : 0);
        for (size_t j = 0; j < 4; j++)
            *text++ = j <= count ? base64_alphabet[group >> (18 - 6 * j) & 63] : '=';
    }
    *text = '\0';
}

static int base64_digit(char c)
{
    const char *place = c == '\0' ? NULL : strchr(base64_alphabet, c);
    return place == NULL ? -1 : (int)(place - base64_alphabet);
}

enum roam_err base64_decode(uint8_t *bytes, size_t capacity, size_t *size, const char *text, size_t text_size)
{
    *size = 0;
    if (text_size % 4 != 0) return ROAM_E_FORMAT;
    for (size_t i = 0; i < text_size; i += 4) {
        size_t padding = i + 4 < text_size || text[i + 3] != '=' ? 0 : text[i + 2] == '=' ? 2 : 1;
        uint32_t group = 0;
        for (size_t j = 0; j < 4; j++) {
            int digit = j >= 4 - padding ? 0 : base64_digit(text[i + j]);
            if (digit < 0) return ROAM_E_FORMAT;
            group = group << 6 | (uint32_t)digit;
        }
        if (padding > 0 && (group & ((1u << 8 * padding) - 1)) != 0) return ROAM_E_FORMAT;
        for (size_t j = 0; j < 3 - padding; j++) {
            if (*size == capacity) return ROAM_E_LIMIT;
            bytes[(*size)++] = (uint8_t)(group >> (16 - 8 * j));
        }
    }
    return ROAM_OK;
}
