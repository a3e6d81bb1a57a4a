/* roamd's configuration: HOME/roamd.json. Every key may be left out but `engine`; unknown keys are refused,
 * so that a misspelt one is not silently without effect. Paths are relative to HOME. */
#ifndef ROAMD_CONFIG_H
#define ROAMD_CONFIG_H

#include "err.h"
#include "log.h"

enum { CONFIG_TEXT = 256 };

enum config_engine {
    ENGINE_EMBEDDED, /* one process orders: no consensus */
    ENGINE_COMETBFT
};

struct config {
    char home[CONFIG_TEXT];
    enum config_engine engine;   /* "engine": "embedded" or "cometbft" */
    char ledger[CONFIG_TEXT];    /* "ledger": the store's folder */
    char listen[CONFIG_TEXT];    /* "listen": "127.0.0.1:8740", "[::1]:8740" */
    char abci[CONFIG_TEXT];      /* "abci": where CometBFT finds the application */
    char rpc[CONFIG_TEXT];       /* "rpc": CometBFT's own RPC, "http://127.0.0.1:26657" */
    enum log_level log_level;    /* "log_level" */
    unsigned threads;            /* "threads": for proofs and signatures */
    unsigned http_threads;       /* "http_threads" */
    unsigned waiting_txs_max;    /* "waiting_txs_max": above, submissions are answered "busy" */
    unsigned waiting_bytes_max;  /* "waiting_bytes_max" */
    unsigned parcel_bytes;       /* "parcel_bytes": of one message to the consensus engine */
    unsigned linger_ms;          /* "linger_ms": between parcels that are not full, at least */
    unsigned repeat_ms;          /* "repeat_ms": when an unanswered transaction is sent again */
    char snapshots[CONFIG_TEXT]; /* "snapshots": their folder */
    unsigned snapshot_every_s;   /* "snapshot_every_s": 0: none are made */
    unsigned snapshots_kept;     /* "snapshots_kept" */
    unsigned give_up_ms;         /* "give_up_ms": when its submitter is told that the outcome is not known */
};

/* The defaults for this home. */
void config_default(struct config *out, const char *home);
/* Reads HOME/roamd.json over the defaults. ROAM_E_NOTFOUND, ROAM_E_IO, ROAM_E_FORMAT, ROAM_E_RANGE. */
ROAM_MUST_USE enum roam_err config_read(struct config *out, const char *home, struct roam_diag *diag);
/* Writes HOME/roamd.json, which must not exist. ROAM_E_EXISTS, ROAM_E_IO. */
ROAM_MUST_USE enum roam_err config_write(const struct config *config, struct roam_diag *diag);
/* A path of the configuration: relative ones begin at HOME. ROAM_E_LIMIT. */
ROAM_MUST_USE enum roam_err config_path(const struct config *config, const char *path,
                                        char out[2 * CONFIG_TEXT], struct roam_diag *diag);

#endif
