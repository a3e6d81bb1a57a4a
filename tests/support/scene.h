/* What a scenario in progress knows, and the transactions that its lines describe. Private to tests/support.
 */
#ifndef TEST_SCENE_H
#define TEST_SCENE_H

#include "ledger_box.h"
#include "scenario.h"

enum {
    SCENE_NAMES_MAX = 64,
    SCENE_SESSIONS_MAX = 256,
    SCENE_FIELDS_MAX = 16,
    SCENE_TX_ROOM = 8192,
    SCENE_QUEUE_MAX = 64
};

/* name=value pairs of a line; the texts stay in the line. */
struct fields {
    size_t count;
    struct {
        const char *name, *value;
    } field[SCENE_FIELDS_MAX];
};
/* NULL if the line has no such field. */
const char *field_text(const struct fields *fields, const char *name);
uint64_t field_number(const struct fields *fields, const char *name, uint64_t absent);

struct scene_agreement {
    char name[16];
    roam_id id;
    struct tx_agreement_open terms;
};

struct scene_session { /* what the ledger must have recorded */
    roam_id id;
    fr commitment;
    uint64_t hold_minor;
};

struct scene {
    struct ledger_box box;
    uint64_t time_s;
    u128 inside; /* deposits - withdrawals, all currencies */
    size_t agreement_count, session_count, label_count;
    struct scene_agreement agreement[SCENE_NAMES_MAX];
    struct scene_session session[SCENE_SESSIONS_MAX];
    struct {
        char name[16];
        roam_id id;
    } label[SCENE_NAMES_MAX];
    struct ledger_receipt last;
};

/* A name that was not defined gives an id that the ledger does not have. */
roam_id scene_agreement_id(const struct scene *scene, const char *name);
const struct scene_agreement *scene_agreement(const struct scene *scene, const char *name);
roam_id scene_label(const struct scene *scene, const char *name);

/* Serial numbers and, after a colon, second numbers of a list. Returns their count. */
size_t scene_list(const char *text, uint64_t *first, uint64_t *second, size_t capacity);

/* Makes the bytes of the transaction that a line describes; expect_accepted: remember what it will have
 * recorded. Returns their size, 0 if the verb is not known. */
size_t scene_tx(struct scene *scene, uint8_t bytes[SCENE_TX_ROOM], const char *verb,
                const struct fields *fields, bool expect_accepted);

/* True if the record or receipt has the fields of the line; prints what differs. */
bool scene_check(struct scene *scene, const char *noun, const struct fields *fields);

#endif
