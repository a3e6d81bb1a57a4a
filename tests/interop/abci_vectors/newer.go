//go:build comet40

package main

import (
	abci "github.com/cometbft/cometbft/abci/types"
	crypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	types "github.com/cometbft/cometbft/proto/tendermint/types"
)

const is40 = true

// What CometBFT 0.38 lacks.
func newer() {
	request("40_insert_tx", &abci.RequestInsertTx{Tx: []byte("tx")})
	request("40_reap_txs", &abci.RequestReapTxs{MaxBytes: 1 << 40, MaxGas: 2})
	response("40_insert_tx", &abci.ResponseInsertTx{Code: 3})
	response("40_reap_txs", &abci.ResponseReapTxs{Txs: txs})
	response("40_init_chain", &abci.ResponseInitChain{
		ConsensusParams: &types.ConsensusParams{Authority: &types.AuthorityParams{Authority: "authority"}},
		Validators: []abci.ValidatorUpdate{
			{PubKey: crypto.PublicKey{Sum: &crypto.PublicKey_Bls12381{Bls12381: []byte("bls")}}, Power: 1},
			{PubKey: crypto.PublicKey{Sum: &crypto.PublicKey_Mldsa65{Mldsa65: []byte("mldsa")}}, Power: 2},
			{PubKey: crypto.PublicKey{Sum: &crypto.PublicKey_Secp256K1Eth{Secp256K1Eth: []byte("eth")}}, Power: 3}}})
}
