package main

import (
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	crypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	types "github.com/cometbft/cometbft/proto/tendermint/types"
)

// Each field has a value of its own, and text says which field it is, so that a mix-up shows.
var (
	when  = time.Unix(1700000001, 2).UTC()
	early = time.Time{}

	params = &types.ConsensusParams{
		Block:     &types.BlockParams{MaxBytes: -1, MaxGas: 22},
		Evidence:  &types.EvidenceParams{MaxAgeNumBlocks: 31, MaxAgeDuration: 172800*time.Second + 5, MaxBytes: 33},
		Validator: &types.ValidatorParams{PubKeyTypes: []string{"ed25519", "secp256k1"}},
		Version:   &types.VersionParams{App: 41},
		Abci:      &types.ABCIParams{VoteExtensionsEnableHeight: 51},
	}
	updates = []abci.ValidatorUpdate{
		{PubKey: crypto.PublicKey{Sum: &crypto.PublicKey_Ed25519{Ed25519: []byte("ed key")}}, Power: 61},
		{PubKey: crypto.PublicKey{Sum: &crypto.PublicKey_Secp256K1{Secp256K1: []byte("secp key")}}, Power: 0},
	}
	txs    = [][]byte{[]byte("tx one"), {}, []byte("tx three")}
	voters = []abci.Validator{{Address: []byte("voter one"), Power: 71}, {Address: []byte("voter two"), Power: 72}}
	commit = abci.CommitInfo{Round: 5, Votes: []abci.VoteInfo{
		{Validator: voters[0], BlockIdFlag: types.BlockIDFlagCommit},
		{Validator: voters[1], BlockIdFlag: types.BlockIDFlagNil}}}
	extended = abci.ExtendedCommitInfo{Round: 6, Votes: []abci.ExtendedVoteInfo{
		{Validator: voters[0], VoteExtension: []byte("extension"), ExtensionSignature: []byte("signature"),
			BlockIdFlag: types.BlockIDFlagCommit},
		{Validator: voters[1], BlockIdFlag: types.BlockIDFlagAbsent}}}
	misbehavior = []abci.Misbehavior{
		{Type: abci.MisbehaviorType_LIGHT_CLIENT_ATTACK, Validator: voters[1], Height: 81, Time: when, TotalVotingPower: 82},
		{Type: abci.MisbehaviorType_DUPLICATE_VOTE, Time: early}}
	events = []abci.Event{
		{Type: "event one", Attributes: []abci.EventAttribute{
			{Key: "key one", Value: "value one", Index: true}, {Key: "key two", Value: "value two"}}},
		{Type: "event two"}}
)

func full() {
	fullRequests()
	fullResponses()
}

func fullRequests() {
	request("full_echo", &abci.RequestEcho{Message: "message"})
	request("full_flush", &abci.RequestFlush{})
	request("full_info", &abci.RequestInfo{Version: "version", BlockVersion: 11, P2PVersion: 12, AbciVersion: "abci version"})
	request("full_init_chain", &abci.RequestInitChain{Time: when, ChainId: "chain id", ConsensusParams: params,
		Validators: updates, AppStateBytes: []byte("app state"), InitialHeight: 91})
	request("full_query", &abci.RequestQuery{Data: []byte("data"), Path: "path", Height: 92, Prove: true})
	request("full_check_tx", &abci.RequestCheckTx{Tx: []byte("tx"), Type: abci.CheckTxType_Recheck})
	request("full_commit", &abci.RequestCommit{})
	request("full_list_snapshots", &abci.RequestListSnapshots{})
	request("full_offer_snapshot", &abci.RequestOfferSnapshot{Snapshot: snapshot(), AppHash: []byte("app hash")})
	request("full_load_chunk", &abci.RequestLoadSnapshotChunk{Height: 1 << 63, Format: 1<<32 - 1, Chunk: 3})
	request("full_apply_chunk", &abci.RequestApplySnapshotChunk{Index: 4, Chunk: []byte("chunk"), Sender: "sender"})
	request("full_prepare", &abci.RequestPrepareProposal{MaxTxBytes: 93, Txs: txs, LocalLastCommit: extended,
		Misbehavior: misbehavior, Height: 94, Time: when, NextValidatorsHash: []byte("next"), ProposerAddress: []byte("proposer")})
	request("full_process", &abci.RequestProcessProposal{Txs: txs, ProposedLastCommit: commit, Misbehavior: misbehavior,
		Hash: []byte("hash"), Height: 94, Time: when, NextValidatorsHash: []byte("next"), ProposerAddress: []byte("proposer")})
	request("full_extend_vote", &abci.RequestExtendVote{Txs: txs, ProposedLastCommit: commit, Misbehavior: misbehavior,
		Hash: []byte("hash"), Height: 94, Time: when, NextValidatorsHash: []byte("next"), ProposerAddress: []byte("proposer")})
	request("full_finalize", &abci.RequestFinalizeBlock{Txs: txs, DecidedLastCommit: commit, Misbehavior: misbehavior,
		Hash: []byte("hash"), Height: 94, Time: when, NextValidatorsHash: []byte("next"), ProposerAddress: []byte("proposer")})
	request("full_verify_vote", &abci.RequestVerifyVoteExtension{Hash: []byte("hash"), ValidatorAddress: []byte("address"),
		Height: 95, VoteExtension: []byte("extension")})
}

func snapshot() *abci.Snapshot {
	return &abci.Snapshot{Height: 101, Format: 102, Chunks: 103, Hash: []byte("hash"), Metadata: []byte("metadata")}
}

func fullResponses() {
	response("full_exception", &abci.ResponseException{Error: "error"})
	response("full_echo", &abci.ResponseEcho{Message: "message"})
	response("full_flush", &abci.ResponseFlush{})
	response("full_info", &abci.ResponseInfo{Data: "data", Version: "version", AppVersion: 11, LastBlockHeight: 12,
		LastBlockAppHash: []byte("app hash")})
	response("full_init_chain", &abci.ResponseInitChain{ConsensusParams: params, Validators: updates, AppHash: []byte("app hash")})
	response("full_query", &abci.ResponseQuery{Code: 21, Log: "log", Info: "info", Index: -22, Key: []byte("key"),
		Value: []byte("value"), ProofOps: &crypto.ProofOps{Ops: []crypto.ProofOp{
			{Type: "type one", Key: []byte("key one"), Data: []byte("data one")}, {Type: "type two"}}},
		Height: 23, Codespace: "codespace"})
	response("full_check_tx", &abci.ResponseCheckTx{Code: 31, Data: []byte("data"), Log: "log", Info: "info", GasWanted: 32,
		GasUsed: -33, Events: events, Codespace: "codespace"})
	response("full_commit", &abci.ResponseCommit{RetainHeight: 41})
	response("full_list_snapshots", &abci.ResponseListSnapshots{Snapshots: []*abci.Snapshot{snapshot(), {}}})
	response("full_offer_snapshot", &abci.ResponseOfferSnapshot{Result: abci.ResponseOfferSnapshot_REJECT_SENDER})
	response("full_load_chunk", &abci.ResponseLoadSnapshotChunk{Chunk: []byte("chunk")})
	response("full_apply_chunk", &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_REJECT_SNAPSHOT,
		RefetchChunks: []uint32{0, 1, 128, 1<<32 - 1}, RejectSenders: []string{"sender one", "", "sender three"}})
	response("full_prepare", &abci.ResponsePrepareProposal{Txs: txs})
	response("full_process", &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT})
	response("full_extend_vote", &abci.ResponseExtendVote{VoteExtension: []byte("extension")})
	response("full_verify_vote", &abci.ResponseVerifyVoteExtension{Status: abci.ResponseVerifyVoteExtension_ACCEPT})
	result := &abci.ExecTxResult{Code: 51, Data: []byte("data"), Log: "log", Info: "info", GasWanted: 52, GasUsed: 53,
		Events: events, Codespace: "codespace"}
	response("full_finalize", &abci.ResponseFinalizeBlock{Events: events, TxResults: []*abci.ExecTxResult{result, {}},
		ValidatorUpdates: updates, ConsensusParamUpdates: params, AppHash: []byte("app hash")})
}
