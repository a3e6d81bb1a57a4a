#include "sim_votes.h"

#include <stdlib.h>
#include <string.h>

void votes_init(struct sim_votes *votes, unsigned nodes, unsigned quorum)
{
    *votes = (struct sim_votes){.nodes = nodes, .quorum = quorum};
}

void votes_clear(struct sim_votes *votes)
{
    for (int r = 0; r < votes->rounds; r++) {
        free(votes->round[r]);
        votes->round[r] = NULL;
    }
    votes->rounds = 0;
}

bool votes_add(struct sim_votes *votes, const struct sim_vote *vote)
{
    if (vote->round < 0 || vote->round >= SIM_ROUNDS_MAX || vote->voter >= votes->nodes) return false;
    struct sim_round_votes **slot = &votes->round[vote->round];
    if (*slot == NULL) {
        *slot = calloc(1, sizeof **slot);
        ROAM_ASSERT(*slot != NULL);
        if (vote->round >= votes->rounds) votes->rounds = vote->round + 1;
    }
    struct sim_vote *known = (*slot)->vote[vote->type][vote->voter];
    uint8_t *count = &(*slot)->count[vote->type][vote->voter];
    for (uint8_t i = 0; i < *count; i++)
        if (id_equal(&known[i].block, &vote->block)) {
            uint8_t *repeats = &(*slot)->repeats[vote->type][vote->voter];
            if (*repeats < votes->nodes) ++*repeats;
            return false;
        }
    if (*count == SIM_VOTES_EACH) return false;
    known[(*count)++] = *vote;
    return true;
}

static const struct sim_round_votes *of_round(const struct sim_votes *votes, int round)
{
    return round >= 0 && round < votes->rounds ? votes->round[round] : NULL;
}

bool votes_any(const struct sim_votes *votes, int round, enum sim_vote_type type)
{
    const struct sim_round_votes *in = of_round(votes, round);
    unsigned voters = 0;
    for (unsigned i = 0; in != NULL && i < votes->nodes; i++) voters += in->count[type][i] > 0;
    return voters >= votes->quorum;
}

size_t votes_take(const struct sim_votes *votes, int round, enum sim_vote_type type,
                  const struct sim_id *block, struct sim_vote out[SIM_NODES_MAX])
{
    const struct sim_round_votes *in = of_round(votes, round);
    size_t count = 0;
    for (unsigned i = 0; in != NULL && i < votes->nodes; i++)
        for (uint8_t k = 0; k < in->count[type][i]; k++)
            if (id_equal(&in->vote[type][i][k].block, block)) out[count++] = in->vote[type][i][k];
    return count;
}

bool votes_for(const struct sim_votes *votes, int round, enum sim_vote_type type, const struct sim_id *block)
{
    struct sim_vote those[SIM_NODES_MAX];
    const struct sim_round_votes *in = of_round(votes, round);
    size_t count = votes_take(votes, round, type, block, those);
    if (votes->count_repeats)
        for (size_t i = 0, voters = count; i < voters; i++) count += in->repeats[type][those[i].voter] > 0;
    return count >= votes->quorum;
}

bool votes_decided(const struct sim_votes *votes, int round, enum sim_vote_type type, struct sim_id *block)
{
    const struct sim_round_votes *in = of_round(votes, round);
    for (unsigned i = 0; in != NULL && i < votes->nodes; i++)
        for (uint8_t k = 0; k < in->count[type][i]; k++) {
            *block = in->vote[type][i][k].block;
            if (!id_is_nil(block) && votes_for(votes, round, type, block)) return true;
        }
    return false;
}

size_t votes_list(const struct sim_votes *votes, int round, struct sim_vote *out, size_t capacity)
{
    const struct sim_round_votes *in = of_round(votes, round);
    size_t count = 0;
    for (int type = 0; in != NULL && type < 2; type++)
        for (unsigned i = 0; i < votes->nodes; i++)
            for (uint8_t k = 0; k < in->count[type][i] && count < capacity; k++)
                out[count++] = in->vote[type][i][k];
    return count;
}
