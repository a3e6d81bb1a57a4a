#include "tables.h"

#include "digest.h"
#include "endian.h"

#include <stdlib.h>
#include <string.h>

/* The head of a file: where its parts begin. All of it lies in memory as it does in the file. */
enum {
    VERSION = 1,
    AT_VERSION = 4,
    AT_KEY = 8,
    AT_DIGEST = AT_KEY + 32,
    AT_SHAPES = AT_DIGEST + 32,
    SHAPE_SIZE = 16,
    HEAD_SIZE = (AT_SHAPES + GROTH16_SUMS * SHAPE_SIZE + 63) / 64 * 64
};

static size_t point_count(const struct zkey *key, enum groth16_sum sum)
{
    if (sum == GROTH16_SUM_H) return key->domain_size;
    return sum == GROTH16_SUM_C ? key->wire_count - key->public_count - 1 : key->wire_count;
}

static const g1_affine *g1_points(const struct zkey *key, enum groth16_sum sum)
{
    const g1_affine *const points[] = {key->h, key->a, key->c, key->b1};
    return points[sum];
}

static size_t point_size(enum groth16_sum sum)
{
    return sum == GROTH16_SUM_B2 ? sizeof(g2_affine) : sizeof(g1_affine);
}

static size_t table_size(const struct groth16_tables *tables, enum groth16_sum sum)
{
    return tables->shape[sum].count * tables->shape[sum].windows * point_size(sum);
}

size_t groth16_tables_size(const struct groth16_tables *tables)
{
    size_t size = 0;
    for (int sum = 0; sum < GROTH16_SUMS; sum++) size += table_size(tables, (enum groth16_sum)sum);
    return size;
}

static void choose_shapes(struct groth16_tables *tables, const struct zkey *key, size_t max_bytes)
{
    for (int i = 0; i < GROTH16_SUMS; i++) {
        enum groth16_sum sum = (enum groth16_sum)i;
        size_t count = point_count(key, sum);
        struct msm_table_shape shape = msm_table_shape(count);
        size_t size = count * shape.windows * point_size(sum);
        if (count == 0 || size > max_bytes) continue;
        tables->shape[sum] = shape;
        max_bytes -= size;
    }
}

/* Sets the pointers into an image. */
static void place_tables(struct groth16_tables *tables, const uint8_t *image)
{
    const uint8_t *at = image + HEAD_SIZE;
    for (int i = 0; i < GROTH16_SUMS; i++) {
        enum groth16_sum sum = (enum groth16_sum)i;
        if (tables->shape[sum].count > 0 && sum == GROTH16_SUM_B2) tables->b2 = (const void *)at;
        if (tables->shape[sum].count > 0 && sum != GROTH16_SUM_B2) tables->g1[sum] = (const void *)at;
        at += table_size(tables, sum);
    }
}

static enum roam_err fill_tables(struct groth16_tables *tables, const struct zkey *key, unsigned threads,
                                 const struct roam_progress *progress)
{
    static const char what[] = "making tables";
    size_t done = 0, all = groth16_tables_size(tables);
    for (int i = 0; i < GROTH16_SUMS; i++) {
        enum groth16_sum sum = (enum groth16_sum)i;
        struct msm_table_shape shape = tables->shape[sum];
        if (!progress_step(progress, what, done, all)) return ROAM_E_CANCELLED;
        if (shape.count > 0 && sum == GROTH16_SUM_B2)
            g2_msm_table_fill((g2_affine *)(uintptr_t)tables->b2, shape, key->b2, threads);
        if (shape.count > 0 && sum != GROTH16_SUM_B2)
            g1_msm_table_fill((g1_affine *)(uintptr_t)tables->g1[sum], shape, g1_points(key, sum), threads);
        done += table_size(tables, sum);
    }
    return ROAM_OK;
}

static void key_digest(uint8_t digest[32], const struct zkey *key)
{
    struct bytes_view pieces[GROTH16_SUMS];
    for (int i = 0; i < GROTH16_SUMS; i++) {
        enum groth16_sum sum = (enum groth16_sum)i;
        pieces[i].data = sum == GROTH16_SUM_B2 ? (const void *)key->b2 : g1_points(key, sum);
        pieces[i].size = point_count(key, sum) * point_size(sum);
    }
    sha256_pieces(digest, pieces, GROTH16_SUMS);
}

static void content_digest(uint8_t digest[32], const uint8_t *image, size_t size)
{
    sha256(digest, image + AT_SHAPES, size - AT_SHAPES);
}

static void write_head(uint8_t *image, const struct groth16_tables *tables, const struct zkey *key)
{
    memset(image, 0, HEAD_SIZE);
    memcpy(image, "rtab", 4);
    store_le32(image + AT_VERSION, VERSION);
    key_digest(image + AT_KEY, key);
    for (int i = 0; i < GROTH16_SUMS; i++) {
        uint8_t *at = image + AT_SHAPES + i * SHAPE_SIZE;
        store_le64(at, tables->shape[i].count);
        store_le32(at + 8, tables->shape[i].window_bits);
        store_le32(at + 12, tables->shape[i].windows);
    }
    content_digest(image + AT_DIGEST, image, HEAD_SIZE + groth16_tables_size(tables));
}

enum roam_err groth16_tables_make(struct groth16_tables *out, const struct zkey *key, size_t max_bytes,
                                  unsigned threads, const struct roam_progress *progress)
{
    *out = (struct groth16_tables){.memory = NULL};
    choose_shapes(out, key, max_bytes);
    out->memory = aligned_alloc(64, HEAD_SIZE + groth16_tables_size(out));
    if (out->memory == NULL) return ROAM_E_NOMEM;
    place_tables(out, out->memory);
    enum roam_err err = fill_tables(out, key, threads, progress);
    if (err == ROAM_OK)
        write_head(out->memory, out, key);
    else
        groth16_tables_release(out);
    return err;
}

void groth16_tables_release(struct groth16_tables *tables)
{
    free(tables->memory);
    file_unmap(&tables->map);
    *tables = (struct groth16_tables){.memory = NULL};
}

enum roam_err groth16_tables_save(const struct groth16_tables *tables, const char *path,
                                  struct roam_diag *diag)
{
    const void *image = tables->memory != NULL ? tables->memory : tables->map.data;
    return file_write(path, image, HEAD_SIZE + groth16_tables_size(tables), diag);
}

/* Shapes are those of this key and this program, else what they say of sizes is not to be trusted. */
static enum roam_err read_shapes(struct groth16_tables *tables, const struct zkey *key, const uint8_t *image)
{
    for (int i = 0; i < GROTH16_SUMS; i++) {
        const uint8_t *at = image + AT_SHAPES + i * SHAPE_SIZE;
        size_t count = point_count(key, (enum groth16_sum)i);
        struct msm_table_shape *shape = &tables->shape[i], wanted = msm_table_shape(count);
        *shape = (struct msm_table_shape){load_le64(at), load_le32(at + 8), load_le32(at + 12)};
        if (shape->count == 0) continue;
        if (shape->count != count || shape->window_bits != wanted.window_bits ||
            shape->windows != wanted.windows)
            return ROAM_E_MISMATCH;
    }
    return ROAM_OK;
}

static enum roam_err read_image(struct groth16_tables *tables, const struct zkey *key, struct roam_diag *diag)
{
    const uint8_t *image = tables->map.data;
    uint8_t digest[32];
    if (tables->map.size < HEAD_SIZE || memcmp(image, "rtab", 4) != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "this is no file of tables");
    if (load_le32(image + AT_VERSION) != VERSION)
        return roam_diag(diag, ROAM_E_VERSION, "tables of version %u, expected %d",
                         load_le32(image + AT_VERSION), VERSION);
    content_digest(digest, image, tables->map.size);
    if (memcmp(digest, image + AT_DIGEST, sizeof digest) != 0)
        return roam_diag(diag, ROAM_E_MISMATCH, "the file of tables is damaged; make it again");
    key_digest(digest, key);
    if (memcmp(digest, image + AT_KEY, sizeof digest) != 0 || read_shapes(tables, key, image) != ROAM_OK)
        return roam_diag(diag, ROAM_E_MISMATCH,
                         "the tables are of another key, or of another version of roam; make them again");
    if (tables->map.size != HEAD_SIZE + groth16_tables_size(tables))
        return roam_diag(diag, ROAM_E_FORMAT, "the file of tables has %zu bytes, expected %zu",
                         tables->map.size, HEAD_SIZE + groth16_tables_size(tables));
    place_tables(tables, image);
    return ROAM_OK;
}

enum roam_err groth16_tables_load(struct groth16_tables *out, const struct zkey *key, const char *path,
                                  struct roam_diag *diag)
{
    *out = (struct groth16_tables){.memory = NULL};
    ROAM_TRY(file_map(&out->map, path, diag));
    enum roam_err err = read_image(out, key, diag);
    if (err != ROAM_OK) groth16_tables_release(out);
    return err;
}
