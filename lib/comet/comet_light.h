/* Light-client verification: whether a header is final, judged by signatures alone, offline.
 *
 * A light block is a header, the commit for it and the validators of its height. It is final if validators
 * with more than two thirds of the power have signed it, and if these validators are the chain's. The latter
 * is carried from a trusted block to the next:
 *   - to the next height by next_validators_hash, which the trusted header names;
 *   - further by overlap: more than a third of the trusted set's power has signed the new header too, so at
 *     least one honest validator of it stands for the new set, as long as less than a third lies.
 * It begins with an anchor: the hash of the set that is in charge at some height, from the genesis file or
 * from whoever is believed.
 *
 * Every vote of a commit that is not absent must be valid, those for nil too; only those for the block count,
 * each validator once. That is as strict as a CometBFT node is with the commit in a block, stricter than its
 * light client, which stops at two thirds.
 *
 * Ed25519. CometBFT follows ZIP-215: any encoding of the points A (key) and R, points of small order too, and
 * the equation multiplied by the cofactor, 8 S B = 8 R + 8 H(R, A, m) A. libsodium wants canonical encodings,
 * refuses A and R of small order, and compares without the cofactor. Both want S < L. What libsodium accepts
 * solves the equation before the multiplication by 8, thus after it too: all it accepts, CometBFT accepts,
 * and a forgery gains nothing. The reverse does not hold, for signatures that only the owner of the key can
 * make and that no ordinary signer makes. So a validator could spoil a commit for this verifier and not for
 * the chain; comet_commit_trim takes such votes out before a commit is handed on, and the rest still has to
 * pass two thirds. */
#ifndef COMET_LIGHT_H
#define COMET_LIGHT_H

#include "comet_header.h"

struct comet_light_block {
    struct comet_header header;
    struct comet_commit commit;
    struct comet_validators validators;
};

/* The verifier's clock. A set may be trusted for trusting_period_s after the time of the header (or anchor)
 * that made it known: afterwards its members may have left and sold their keys. COMET_TRUST_UNLIMITED where
 * validators are known organisations whose keys stay theirs. */
struct comet_clock {
    uint64_t now_s;
    uint64_t trusting_period_s;
    uint64_t drift_s; /* how far in the future a header may seem to be */
};
#define COMET_TRUST_UNLIMITED UINT64_MAX

/* Where trust begins: the set with this hash is in charge at `height` of the chain, known at `time`. */
struct comet_anchor {
    char chain_id[COMET_CHAIN_ID_MAX + 1];
    int64_t height;
    struct comet_time time;
    uint8_t validators_hash[COMET_HASH_SIZE];
};

/* What is trusted so far. */
struct comet_trust {
    char chain_id[COMET_CHAIN_ID_MAX + 1];
    bool from_header; /* false: an anchor, no header yet */
    int64_t height;
    struct comet_time time;
    uint8_t validators_hash[COMET_HASH_SIZE];
    uint8_t next_validators_hash[COMET_HASH_SIZE]; /* if from_header */
    struct comet_validators validators;            /* if from_header */
};

void comet_trust_begin(struct comet_trust *trust, const struct comet_anchor *anchor);

/* Is the block final, given that its validators are the chain's? Checks, in this order:
 *   ROAM_E_FORMAT, ROAM_E_COUNT  a part has not passed its check (comet_header.h);
 *   ROAM_E_VERIFY  another chain's header; commit of another height, of another header; validators that the
 *                  header does not name; as many votes as validators; each vote by the validator of its
 * place; not more than two thirds of the power for the block; a vote whose signature is false. diag says
 * which, with both values. Time: variable, one signature check a vote. */
ROAM_MUST_USE enum roam_err comet_light_verify(const char *chain_id, const struct comet_light_block *block,
                                               struct roam_diag *diag);

/* Do the block's validators follow from what is trusted? Looks at names and hashes, not at signatures: a
 * producer asks this to see whether it needs a block in between. ROAM_OK or ROAM_E_VERIFY:
 *   from an anchor  the height is before the anchor's; the validators are not the anchor's;
 *   from a header   the height is not after it; the next height's validators are not the ones it names; for a
 *                   later height, not more than a third of the trusted power has voted for the block.
 * The block must have passed the shape checks. */
ROAM_MUST_USE enum roam_err comet_trust_reaches(const struct comet_trust *trust,
                                                const struct comet_light_block *block,
                                                struct roam_diag *diag);

/* Verifies the block from what is trusted and then trusts it instead. On an error trust is unchanged.
 * Beyond the errors of the two functions above, ROAM_E_VERIFY: the trust has expired at clock->now_s; the
 * header's time is not after the trusted header's, or further in the future than drift_s. */
ROAM_MUST_USE enum roam_err comet_trust_step(struct comet_trust *trust, const struct comet_light_block *block,
                                             const struct comet_clock *clock, struct roam_diag *diag);

/* Makes every vote absent that comet_light_verify would refuse, and returns how many. commit and validators
 * must have passed their checks and have the same count. */
size_t comet_commit_trim(struct comet_commit *commit, const char *chain_id,
                         const struct comet_validators *validators);

#endif
