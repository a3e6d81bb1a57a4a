/* Bugs that are planted on purpose, to show that the simulator finds them: name, where, what goes wrong. */
#ifndef SIM_PLANT_H
#define SIM_PLANT_H

#define SIM_PLANT_MAP(X)                                                                                     \
    X(LEDGER_NO_SYNC, "ledger-no-sync", "the ledger's disk is never synced")                                 \
    X(WAL_NO_SYNC, "wal-no-sync", "the engine's disk is never synced")                                       \
    X(RECOVERY_SHORT, "recovery-short", "the ledger's recovery drops the last good record")                  \
    X(RECOVERY_AHEAD, "recovery-ahead", "a restart finds the last block's records, but not its head")        \
    X(ANSWER_EARLY, "answer-early", "clients are answered when the block is executed, not durable")          \
    X(ANSWER_PROPOSED, "answer-proposed", "clients are answered when a proposal is voted for")               \
    X(NO_ROLLBACK, "no-rollback", "an executed block that is not committed leaves its changes")              \
    X(NO_ACCEPTED, "no-accepted-check", "nobody looks whether a transaction was accepted before")            \
    X(QUORUM_HALF, "quorum-half", "more than half of the votes decide, not more than two thirds")            \
    X(VOTES_TWICE, "votes-twice", "a vote that comes twice counts twice")                                    \
    X(LOSE_WAL, "lose-votes", "a restarted node does not know how it voted")                                 \
    X(LOSE_LOCK, "lose-lock", "a restarted node does not know what it is locked on")                         \
    X(NO_LOCK, "no-lock", "a node votes for any proposal, locked or not")                                    \
    X(PROPOSER_TIME, "proposer-time", "the proposer chooses the block's time, nobody checks it")             \
    X(SKIP_PROCESS, "skip-process", "every proposal is accepted unseen")                                     \
    X(REORDER, "reorder", "one node executes the transactions of a parcel in another order")                 \
    X(SHUFFLE, "shuffle", "one node executes the parcels of a block in an order of its own")                 \
    X(LOCAL_CLOCK, "local-clock", "one node takes its own clock for the block's time")                       \
    X(KEEP_ADMITTED, "keep-admitted", "what was admissible stays so when a key has changed")                 \
    X(REPLAY_SKIP, "replay-skip", "a restart executes one missed block too few")                             \
    X(REFUSED_GOOD, "refused-good", "a parcel of refusals counts as executed well, and cannot come again")   \
    X(ENTRANCE_FORGETS, "entrance-forgets", "an entrance refuses again what it accepted under an old key")   \
    X(NEW_BYTES, "new-bytes", "a client that retries pays in again, in place of the same transaction")       \
    X(KEEP_COMPANY, "keep-company", "what has become inadmissible is packed again with the rest")            \
    X(STALE_STAYS, "stale-stays", "a parcel of which nothing is new stays in the pools")                     \
    X(CHUNK_UNSEEN, "chunk-unseen", "a chunk of a snapshot is taken as it comes, from whomever")             \
    X(RESTORE_ANY, "restore-any", "a restored state may have any app hash")

enum sim_plant {
    PLANT_NONE,
#define X(name, text, why) PLANT_##name,
    SIM_PLANT_MAP(X)
#undef X
        PLANTS
};

/* "quorum-half", and what it is; "none" for PLANT_NONE. */
const char *plant_name(enum sim_plant plant);
const char *plant_why(enum sim_plant plant);
/* PLANTS if there is no such name. */
enum sim_plant plant_of(const char *name);

#endif
