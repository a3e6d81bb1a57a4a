/* The votes of one height that a node has seen. A voter who votes twice in a round for different blocks
 * counts for each of them: honest voters do not, and there are too few others. None of his votes may be
 * dropped, or a node could miss the two thirds that others have seen: he has one for each node at most. */
#ifndef SIM_VOTES_H
#define SIM_VOTES_H

#include "sim_block.h"

enum { SIM_ROUNDS_MAX = 200, SIM_VOTES_EACH = SIM_NODES_MAX };

struct sim_round_votes {
    uint8_t count[2][SIM_NODES_MAX], repeats[2][SIM_NODES_MAX];
    struct sim_vote vote[2][SIM_NODES_MAX][SIM_VOTES_EACH];
};

struct sim_votes {
    unsigned nodes, quorum; /* how many decide */
    bool count_repeats;     /* planted */
    int rounds;             /* after the last one that has votes */
    struct sim_round_votes *round[SIM_ROUNDS_MAX];
};

void votes_init(struct sim_votes *votes, unsigned nodes, unsigned quorum);
void votes_clear(struct sim_votes *votes);
/* True if it is new. */
bool votes_add(struct sim_votes *votes, const struct sim_vote *vote);
bool votes_any(const struct sim_votes *votes, int round, enum sim_vote_type type);
bool votes_for(const struct sim_votes *votes, int round, enum sim_vote_type type, const struct sim_id *block);
/* A block, not nil, that has the quorum; false if none has. */
bool votes_decided(const struct sim_votes *votes, int round, enum sim_vote_type type, struct sim_id *block);
/* One vote of each voter for this block. Returns their number. */
size_t votes_take(const struct sim_votes *votes, int round, enum sim_vote_type type,
                  const struct sim_id *block, struct sim_vote out[SIM_NODES_MAX]);
/* Appends all votes of a round; returns their number. */
size_t votes_list(const struct sim_votes *votes, int round, struct sim_vote *out, size_t capacity);

#endif
