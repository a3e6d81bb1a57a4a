/* What the tests of snarkjs's binary files share: files to take apart, and inputs at exact size so that a
 * read past the end is seen by a sanitizer. */
#ifndef TEST_BINFILE_CASES_H
#define TEST_BINFILE_CASES_H

#include "binfile.h"
#include "endian.h"
#include "file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASE_SIZE_MAX = 1 << 16 };

/* A file under change. */
struct file_case {
    uint8_t bytes[CASE_SIZE_MAX];
    size_t size;
};

static inline void case_load(struct file_case *c, const char *name)
{
    char path[1024];
    uint8_t *data;
    snprintf(path, sizeof path, "%s/groth16/%s", TEST_VECTORS_DIR, name);
    ROAM_ASSERT(file_read(&data, &c->size, path, CASE_SIZE_MAX, NULL) == ROAM_OK);
    memcpy(c->bytes, data, c->size);
    free(data);
}

static inline void case_of(struct file_case *c, struct roam_buf *buf)
{
    ROAM_ASSERT(buf->size <= CASE_SIZE_MAX);
    memcpy(c->bytes, buf->data, buf->size);
    c->size = buf->size;
    buf_release(buf);
}

/* The place of section `id`'s header; its bytes are 12 further on. */
static inline size_t case_section(const struct file_case *c, uint32_t id)
{
    size_t at = 12;
    while (at < c->size && load_le32(c->bytes + at) != id) at += 12 + load_le64(c->bytes + at + 4);
    ROAM_ASSERT(at < c->size);
    return at;
}

static inline uint8_t *case_at(struct file_case *c, uint32_t id, size_t offset)
{
    return c->bytes + case_section(c, id) + 12 + offset;
}

/* Takes the section out of the file. */
static inline void case_drop(struct file_case *c, uint32_t id)
{
    size_t at = case_section(c, id), length = 12 + (size_t)load_le64(c->bytes + at + 4);
    memmove(c->bytes + at, c->bytes + at + length, c->size - at - length);
    c->size -= length;
    store_le32(c->bytes + 8, load_le32(c->bytes + 8) - 1);
}

/* Changes the section's length by adding or removing bytes at its end. */
static inline void case_resize(struct file_case *c, uint32_t id, long change)
{
    size_t at = case_section(c, id);
    uint64_t length = load_le64(c->bytes + at + 4);
    size_t end = at + 12 + (size_t)length;
    memmove(c->bytes + end + change, c->bytes + end, c->size - end);
    if (change > 0) memset(c->bytes + end, 0, (size_t)change);
    c->size = (size_t)((long)c->size + change);
    store_le64(c->bytes + at + 4, (uint64_t)((long)length + change));
}

/* Adds an empty section at the end. */
static inline void case_add(struct file_case *c, uint32_t id)
{
    store_le32(c->bytes + c->size, id);
    store_le64(c->bytes + c->size + 4, 0);
    c->size += 12;
    store_le32(c->bytes + 8, load_le32(c->bytes + 8) + 1);
}

/* Moves the first section to the end. */
static inline void case_rotate(struct file_case *c)
{
    size_t length = 12 + (size_t)load_le64(c->bytes + 16);
    uint8_t *first = malloc(length);
    ROAM_ASSERT(first != NULL);
    memcpy(first, c->bytes + 12, length);
    memmove(c->bytes + 12, c->bytes + 12 + length, c->size - 12 - length);
    memcpy(c->bytes + c->size - length, first, length);
    free(first);
}

/* Little-endian limbs of a modulus where a value belongs. */
static inline void case_put_limbs(uint8_t *at, const uint64_t limbs[4])
{
    for (int i = 0; i < 4; i++) store_le64(at + 8 * i, limbs[i]);
}

typedef enum roam_err parse_case(const uint8_t *bytes, size_t size, struct roam_diag *diag);

/* Parses a copy of exactly this size. Every refusal but want of memory must be explained. */
static inline enum roam_err case_parse(parse_case *parse, const uint8_t *bytes, size_t size)
{
    struct roam_diag diag = {0};
    uint8_t *copy = malloc(size > 0 ? size : 1);
    ROAM_ASSERT(copy != NULL);
    memcpy(copy, bytes, size);
    enum roam_err err = parse(copy, size, &diag);
    free(copy);
    ROAM_ASSERT(err == ROAM_OK || diag.text[0] != 0);
    return err;
}

/* All that every such file must refuse, whatever it holds. */
static inline void case_check_container(parse_case *parse, const struct file_case *c, uint32_t version)
{
    struct file_case bad;
    assert_int_equal(case_parse(parse, c->bytes, c->size), ROAM_OK);
    for (size_t cut = 0; cut < c->size; cut++) {
        assert_int_not_equal(case_parse(parse, c->bytes, cut), ROAM_OK);
        count_negative++;
    }
    bad = *c;
    bad.size++;
    bad.bytes[c->size] = 0;
    assert_int_equal(case_parse(parse, bad.bytes, bad.size), ROAM_E_FORMAT);
    bad = *c;
    bad.bytes[0] ^= 1;
    assert_int_equal(case_parse(parse, bad.bytes, bad.size), ROAM_E_FORMAT);
    bad = *c;
    store_le32(bad.bytes + 4, version + 1);
    assert_int_equal(case_parse(parse, bad.bytes, bad.size), ROAM_E_VERSION);
    bad = *c;
    store_le32(bad.bytes + 8, BINFILE_SECTIONS_MAX + 1);
    assert_int_equal(case_parse(parse, bad.bytes, bad.size), ROAM_E_LIMIT);
    bad = *c;
    case_add(&bad, load_le32(bad.bytes + 12));
    assert_int_equal(case_parse(parse, bad.bytes, bad.size), ROAM_E_FORMAT);
    count_negative += 5;
    bad = *c;
    for (uint32_t i = 0; i < load_le32(c->bytes + 8); i++) {
        case_rotate(&bad);
        assert_int_equal(case_parse(parse, bad.bytes, bad.size), ROAM_OK);
        count_property++;
    }
    case_add(&bad, 77); /* sections that are not known do no harm */
    assert_int_equal(case_parse(parse, bad.bytes, bad.size), ROAM_OK);
}

/* Any single byte changed, in one of three ways: accepted or refused, never a crash. Returns how many were
 * accepted. */
static inline size_t case_flip_bytes(parse_case *parse, const struct file_case *c)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff};
    struct file_case bad = *c;
    size_t accepted = 0;
    for (size_t i = 0; i < c->size; i++) {
        bad.bytes[i] ^= masks[i % sizeof masks];
        accepted += case_parse(parse, bad.bytes, bad.size) == ROAM_OK;
        bad.bytes[i] = c->bytes[i];
        count_property++;
    }
    return accepted;
}

#endif
