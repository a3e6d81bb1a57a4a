/* The protobuf codec by itself: every kind of field, every refusal, memory. */
#include "prop.h"

#include "abci_message.h"
#include "dies.h"
#include "proto_wire.h"

#include <string.h>

struct inner {
    int64_t number;
    struct proto_bytes text;
};
struct outer {
    bool yes, has_flagged;
    int32_t i32, choice;
    int64_t i64, fixed;
    uint32_t u32;
    uint64_t u64;
    struct proto_bytes bytes, chosen;
    struct inner always, maybe, flagged;
    const uint32_t *numbers;
    size_t number_count;
    const struct proto_bytes *texts;
    size_t text_count;
    const struct inner *inners;
    size_t inner_count;
};
static bool below_1000(const void *value) { return ((const struct inner *)value)->number < 1000; }
static const struct proto_field inner_fields[] = {
    {1, PROTO_INT64, offsetof(struct inner, number), NULL, PROTO_NONZERO, 0, 0},
    {2, PROTO_BYTES, offsetof(struct inner, text), NULL, PROTO_NONZERO, 0, 0},
};
static const struct proto_message inner = {"Inner", sizeof(struct inner), inner_fields, 2, below_1000};
#define AT(member) offsetof(struct outer, member)
static const struct proto_field outer_fields[] = {
    {1, PROTO_BOOL, AT(yes), NULL, PROTO_NONZERO, 0, 0},
    {2, PROTO_INT32, AT(i32), NULL, PROTO_NONZERO, 0, 0},
    {3, PROTO_INT64, AT(i64), NULL, PROTO_NONZERO, 0, 0},
    {4, PROTO_UINT32, AT(u32), NULL, PROTO_NONZERO, 0, 0},
    {5, PROTO_UINT64, AT(u64), NULL, PROTO_NONZERO, 0, 0},
    {6, PROTO_SFIXED64, AT(fixed), NULL, PROTO_NONZERO, 0, 0},
    {7, PROTO_BYTES, AT(bytes), NULL, PROTO_NONZERO, 0, 0},
    {8, PROTO_MESSAGE, AT(always), &inner, PROTO_ALWAYS, 0, 0},
    {9, PROTO_MESSAGE, AT(maybe), &inner, PROTO_NONZERO, 0, 0},
    {10, PROTO_MESSAGE, AT(flagged), &inner, PROTO_FLAG, AT(has_flagged), 0},
    {11, PROTO_BYTES, AT(chosen), NULL, PROTO_CHOICE, AT(choice), 1},
    {12, PROTO_BYTES, AT(chosen), NULL, PROTO_CHOICE, AT(choice), 2},
    {13, PROTO_LIST_UINT32, AT(numbers), NULL, PROTO_NONZERO, 0, 0},
    {14, PROTO_LIST_BYTES, AT(texts), NULL, PROTO_NONZERO, 0, 0},
    {200, PROTO_LIST_MESSAGE, AT(inners), &inner, PROTO_NONZERO, 0, 0},
};
static const struct proto_message outer = {"Outer", sizeof(struct outer), outer_fields,
                                           sizeof outer_fields / sizeof *outer_fields, NULL};

static enum roam_err read_bytes(struct outer *out, struct proto_arena *arena, const uint8_t *data,
                                size_t size, struct roam_diag *diag)
{
    return proto_read(&outer, out, data, size, arena, diag);
}

/* Reads from a block of that very size; the explanation must name the message. */
static void refuses_with(enum roam_err err, const void *data, size_t size)
{
    struct proto_arena arena = proto_arena_growing(1 << 20);
    struct roam_diag diag = {0};
    struct outer out;
    uint8_t *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, data, size);
    assert_int_equal(read_bytes(&out, &arena, copy, size, &diag), err);
    assert_true(strncmp(diag.text, "Outer", 5) == 0 || strncmp(diag.text, "Inner", 5) == 0);
    free(copy);
    proto_arena_release(&arena);
    count_negative++;
}
#define REFUSES(err, text) refuses_with(err, text, sizeof(text) - 1)

static void malformed(void **state)
{
    (void)state;
    REFUSES(ROAM_E_FORMAT, "\x08");                                             /* a tag without a value */
    REFUSES(ROAM_E_FORMAT, "\x88");                                             /* half a tag */
    REFUSES(ROAM_E_FORMAT, "\x18\xff\xff\xff");                                 /* half a number */
    REFUSES(ROAM_E_FORMAT, "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");     /* 65 bits */
    REFUSES(ROAM_E_FORMAT, "\x18\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"); /* eleven bytes */
    REFUSES(ROAM_E_FORMAT, "\x3a\x02x");                                        /* a length past the end */
    REFUSES(ROAM_E_FORMAT, "\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");     /* one of 2^64 - 1 */
    REFUSES(ROAM_E_FORMAT, "\x31\1\2\3\4\5\6\7");                               /* seven bytes of eight */
    REFUSES(ROAM_E_FORMAT, "\x00\x00");                                         /* field 0 */
    REFUSES(ROAM_E_FORMAT, "\x80\x80\x80\x80\x10\x00");                         /* field 2^29 */
    REFUSES(ROAM_E_FORMAT, "\x0b\x0c");                                         /* a group of a known field */
    REFUSES(ROAM_E_FORMAT, "\xa3\x06\xa4\x06");                                 /* and of an unknown one */
    REFUSES(ROAM_E_FORMAT, "\x0e");                                             /* wire type 6 */
    REFUSES(ROAM_E_FORMAT, "\x0f");                                             /* and 7 */
    REFUSES(ROAM_E_FORMAT, "\xa5\x06\1\2\3");       /* three bytes of four, unknown */
    REFUSES(ROAM_E_FORMAT, "\x42\x02\x08\x80");     /* within a part */
    REFUSES(ROAM_E_FORMAT, "\xc2\x0c\x02\x12\x05"); /* within an item */
    REFUSES(ROAM_E_FORMAT, "\x6a\x02\x01\x80");     /* within packed numbers */
}

static void wrong_types(void **state)
{
    (void)state;
    REFUSES(ROAM_E_FORMAT, "\x0a\x00");                    /* bytes for a bool */
    REFUSES(ROAM_E_FORMAT, "\x19\1\2\3\4\5\6\7\x08");      /* 64 bits for a number */
    REFUSES(ROAM_E_FORMAT, "\x30\x01");                    /* a number for 64 bits */
    REFUSES(ROAM_E_FORMAT, "\x38\x01");                    /* a number for bytes */
    REFUSES(ROAM_E_FORMAT, "\x45\1\2\3\4");                /* 32 bits for a part */
    REFUSES(ROAM_E_FORMAT, "\x6d\1\2\3\4");                /* 32 bits for numbers */
    REFUSES(ROAM_E_FORMAT, "\x70\x01");                    /* a number for a list of bytes */
    REFUSES(ROAM_E_FORMAT, "\xc0\x0c\x01");                /* a number for a list of parts */
    REFUSES(ROAM_E_FORMAT, "\x08\x01\x08\x01");            /* twice */
    REFUSES(ROAM_E_FORMAT, "\x42\x00\x42\x00");            /* a part twice */
    REFUSES(ROAM_E_FORMAT, "\x42\x04\x08\x01\x08\x01");    /* twice within a part */
    REFUSES(ROAM_E_FORMAT, "\x5a\x01x\x62\x01y");          /* two of a oneof */
    REFUSES(ROAM_E_FORMAT, "\x5a\x01x\x5a\x01y");          /* one of a oneof twice */
    REFUSES(ROAM_E_RANGE, "\x08\x02");                     /* neither true nor false */
    REFUSES(ROAM_E_RANGE, "\x10\x80\x80\x80\x80\x08");     /* 2^31 for an int32 */
    REFUSES(ROAM_E_RANGE, "\x20\x80\x80\x80\x80\x10");     /* 2^32 for a uint32 */
    REFUSES(ROAM_E_RANGE, "\x6a\x05\x80\x80\x80\x80\x10"); /* packed */
    REFUSES(ROAM_E_RANGE, "\x68\x80\x80\x80\x80\x10");     /* not packed */
    REFUSES(ROAM_E_RANGE, "\x42\x03\x08\xe8\x07");         /* what the message does not call valid */
    REFUSES(ROAM_E_RANGE, "\xc2\x0c\x03\x08\xe8\x07");     /* in a list */
}

static void too_much(void **state)
{
    (void)state;
    static const uint8_t two[] = "\x72\x01x\x72\x01y";
    _Alignas(16) uint8_t memory[2 * sizeof(struct proto_bytes)];
    struct outer out;
    struct roam_diag diag = {0};
    struct proto_arena arena = proto_arena_over(memory, sizeof memory);
    assert_int_equal(read_bytes(&out, &arena, two, sizeof two - 1, NULL), ROAM_OK);
    assert_ptr_equal(out.texts, memory);
    assert_int_equal(read_bytes(&out, &arena, two, sizeof two - 1, &diag), ROAM_E_LIMIT);
    assert_non_null(strstr(diag.text, "field 14"));
    proto_arena_reset(&arena);
    assert_int_equal(read_bytes(&out, &arena, two, sizeof two - 1, NULL), ROAM_OK);
    /* within the maximum, but the borrowed memory is not aligned and a little too small */
    arena = proto_arena_over(memory + 1, sizeof memory - 1);
    arena.maximum = 1000;
    assert_int_equal(read_bytes(&out, &arena, two, sizeof two - 1, NULL), ROAM_E_NOMEM);
    count_negative += 2;
}

static void arena_grows(void **state)
{
    (void)state;
    struct proto_arena arena = proto_arena_growing(1000000);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 900; i++) {
            uint8_t *taken = proto_arena_take(&arena, 1111);
            assert_non_null(taken);
            assert_int_equal((uintptr_t)taken % 16, 0);
            assert_int_equal(taken[0] | taken[1110], 0);
            memset(taken, 0xff, 1111);
        }
        assert_non_null(proto_arena_take(&arena, 0));
        assert_non_null(proto_arena_take(&arena, 100));
        assert_null(proto_arena_take(&arena, 1));
        const struct proto_block *block = arena.blocks;
        proto_arena_reset(&arena);
        if (round > 0) assert_ptr_equal(arena.blocks, block); /* one block is enough since the first reset */
        count_negative++;
    }
    assert_null(proto_arena_take(&arena, SIZE_MAX));
    assert_null(proto_arena_take(&arena, SIZE_MAX - 8));
    proto_arena_release(&arena);
    assert_non_null(proto_arena_take(&arena, 1));
    proto_arena_release(&arena);
}

static void writes_and_reads(const struct outer *value, const void *data, size_t size)
{
    struct proto_arena arena = proto_arena_growing(1 << 20);
    struct outer again;
    uint8_t written[512];
    assert_int_equal(proto_size(&outer, value), size);
    assert_true(size <= sizeof written);
    proto_write(written, size, &outer, value);
    assert_memory_equal(written, data, size);
    assert_int_equal(read_bytes(&again, &arena, written, size, NULL), ROAM_OK);
    assert_int_equal(proto_size(&outer, &again), size);
    uint8_t second[512];
    proto_write(second, size, &outer, &again);
    assert_memory_equal(second, data, size);
    proto_arena_release(&arena);
    count_property++;
}
#define WRITES(value, text) writes_and_reads(value, text, sizeof(text) - 1)

/* Expected bytes are worked out by hand from the encoding's definition. */
static void kinds(void **state)
{
    (void)state;
    static const uint8_t x[] = "x";
    static const uint32_t numbers[] = {0, 1, 300, UINT32_MAX};
    static const struct proto_bytes texts[] = {{x, 1}, {NULL, 0}};
    static const struct inner inners[] = {{5, {x, 1}}, {0, {NULL, 0}}};
    WRITES(&(struct outer){0}, "\x42\x00");
    WRITES((&(struct outer){.yes = true, .i32 = 1}), "\x08\x01\x10\x01\x42\x00");
    WRITES((&(struct outer){.i32 = -1}), "\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x42\x00");
    WRITES((&(struct outer){.i64 = INT64_MIN}), "\x18\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x42\x00");
    WRITES((&(struct outer){.i32 = INT32_MIN}), "\x10\x80\x80\x80\x80\xf8\xff\xff\xff\xff\x01\x42\x00");
    WRITES((&(struct outer){.u32 = UINT32_MAX}), "\x20\xff\xff\xff\xff\x0f\x42\x00");
    WRITES((&(struct outer){.u64 = UINT64_MAX}), "\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x42\x00");
    WRITES((&(struct outer){.fixed = -2}), "\x31\xfe\xff\xff\xff\xff\xff\xff\xff\x42\x00");
    WRITES((&(struct outer){.bytes = {x, 1}}), "\x3a\x01x\x42\x00");
    WRITES((&(struct outer){.always = {7, {x, 1}}}), "\x42\x05\x08\x07\x12\x01x");
    WRITES((&(struct outer){.maybe = {7, {x, 1}}}), "\x42\x00\x4a\x05\x08\x07\x12\x01x");
    WRITES((&(struct outer){.has_flagged = true}), "\x42\x00\x52\x00");
    WRITES((&(struct outer){.choice = 1, .chosen = {x, 1}}), "\x42\x00\x5a\x01x");
    WRITES((&(struct outer){.choice = 2}), "\x42\x00\x62\x00");
    WRITES((&(struct outer){.numbers = numbers, .number_count = 4}),
           "\x42\x00\x6a\x09\x00\x01\xac\x02\xff\xff\xff\xff\x0f");
    WRITES((&(struct outer){.texts = texts, .text_count = 2}), "\x42\x00\x72\x01x\x72\x00");
    WRITES((&(struct outer){.inners = inners, .inner_count = 2}),
           "\x42\x00\xc2\x0c\x05\x08\x05\x12\x01x\xc2\x0c\x00");
}

/* What others may write: any order, unknown fields of every type, numbers that are not packed, in pieces,
 * with more bytes than needed. */
static void liberal(void **state)
{
    (void)state;
    static const uint8_t data[] =
        "\x72\x01x\xa0\x06\x05\xa2\x06\x03zzz\xa1\x06\1\2\3\4\5\6\7\x08\xa5\x06\1\2\3\4"
        "\x68\x05\x08\x81\x00\x6a\x02\x06\x07\x6a\x00\x72\x01y\x68\x08\x42\x00";
    struct proto_arena arena = proto_arena_growing(1 << 20);
    struct outer out;
    assert_int_equal(read_bytes(&out, &arena, data, sizeof data - 1, NULL), ROAM_OK);
    assert_true(out.yes);
    assert_int_equal(out.number_count, 4);
    for (uint32_t i = 0; i < 4; i++) assert_int_equal(out.numbers[i], 5 + i);
    assert_int_equal(out.text_count, 2);
    assert_true(out.texts[0].at[0] == 'x' && out.texts[1].at[0] == 'y');
    assert_int_equal(read_bytes(&out, &arena, NULL, 0, NULL), ROAM_OK);
    assert_false(out.yes);
    proto_arena_release(&arena);
}

static void varints(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (unsigned i = 0; i < 64 * 300; i++, count_property++) {
        const uint64_t edge = UINT64_C(1) << (i % 64), random = prng_u64(&prng) >> (i % 64);
        const uint64_t value = i < 64 ? edge : i < 128 ? edge - 1 : random;
        uint8_t bytes[PROTO_VARINT_MAX];
        uint64_t back;
        size_t used;
        const size_t size = proto_varint_write(bytes, value);
        assert_int_equal(size, proto_varint_size(value));
        assert_int_equal(proto_varint_read(&back, &used, bytes, size), ROAM_OK);
        assert_true(back == value && used == size);
        for (size_t less = 0; less < size; less++) {
            assert_int_equal(proto_varint_read(&back, &used, bytes, less), ROAM_OK);
            assert_int_equal(used, 0);
        }
    }
}

/* RequestInitChain with a time or with the evidence's greatest age. */
static void times(void **state)
{
    (void)state;
#define CASE(good, text)                                                                                     \
    {                                                                                                        \
        text, sizeof(text) - 1, good                                                                         \
    }
    static const struct {
        const char *data;
        size_t size;
        bool good;
    } cases[] = {
        CASE(true, "\x2a\x08\x0a\x06\x10\xff\x93\xeb\xdc\x03"),                      /* ns 999999999 */
        CASE(false, "\x2a\x08\x0a\x06\x10\x80\x94\xeb\xdc\x03"),                     /* 10^9 */
        CASE(false, "\x2a\x0d\x0a\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), /* -1 */
        CASE(true, "\x2a\x09\x0a\x07\x08\xff\x82\xd1\xff\xaf\x07"),  /* the last second of the year 9999 */
        CASE(false, "\x2a\x09\x0a\x07\x08\x80\x83\xd1\xff\xaf\x07"), /* and one more */
        CASE(true,
             "\x2a\x0d\x0a\x0b\x08\x80\x92\xb8\xc3\x98\xfe\xff\xff\xff\x01"), /* the first of the year 1 */
        CASE(false, "\x2a\x0d\x0a\x0b\x08\xff\x91\xb8\xc3\x98\xfe\xff\xff\xff\x01"), /* and one less */
        CASE(true, "\x2a\x14\x0a\x00\x1a\x10\x12\x0e\x12\x0c\x08\x83\xfa\x85\xae\x22\x10\xff\x93\xeb\xdc"
                   "\x03"), /* a duration of 2^63/10^9 - 1 s */
        CASE(false, "\x2a\x0e\x0a\x00\x1a\x0a\x12\x08\x12\x06\x08\x84\xfa\x85\xae\x22"), /* and one more */
        CASE(false, "\x2a\x13\x0a\x00\x1a\x0f\x12\x0d\x12\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                    "\x01"), /* a
                                negative
                                one */
        CASE(false,
             "\x2a\x13\x0a\x00\x1a\x0f\x12\x0d\x12\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), /* of
                                                                                                         ns
                                                                                                         -1
                                                                                                       */
        CASE(false, "\x2a\x0e\x0a\x00\x1a\x0a\x12\x08\x12\x06\x10\x80\x94\xeb\xdc\x03"), /* 10^9 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct abci_request request;
        struct proto_arena arena = proto_arena_growing(4096);
        assert_int_equal(proto_read(&abci_request_message, &request, (const uint8_t *)cases[i].data,
                                    cases[i].size, &arena, NULL),
                         cases[i].good ? ROAM_OK : ROAM_E_RANGE);
        proto_arena_release(&arena);
        count_negative += !cases[i].good;
    }
}

/* Bugs of the caller. */
static void write_too_short(void)
{
    uint8_t out[2];
    proto_write(out, 1, &outer, &(struct outer){0});
}
static void write_too_long(void)
{
    uint8_t out[3];
    proto_write(out, 3, &outer, &(struct outer){0});
}

static void wrong_sizes(void **state)
{
    (void)state;
    assert_true(dies(write_too_short));
    assert_true(dies(write_too_long));
    count_negative += 2;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed),   cmocka_unit_test(wrong_types), cmocka_unit_test(too_much),
        cmocka_unit_test(arena_grows), cmocka_unit_test(kinds),       cmocka_unit_test(liberal),
        cmocka_unit_test(varints),     cmocka_unit_test(times),       cmocka_unit_test(wrong_sizes),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
