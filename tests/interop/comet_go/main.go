// CometBFT's own opinion of headers, commits and proofs, for comparison with lib/comet.
//
//	comet_go blocks COUNT SEED     prints COUNT random blocks, a line of JSON each, with CometBFT's hashes,
//	                               sign bytes, Merkle proofs and verdict
//	comet_go verify PROOF GENESIS  verifies a proof of finality with CometBFT's light package; prints its app hash
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/merkle"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/light"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"
)

type line struct {
	Header         json.RawMessage `json:"header"`
	Commit         json.RawMessage `json:"commit"`
	Validators     json.RawMessage `json:"validators"`
	HeaderHash     string          `json:"header_hash"`
	ValidatorsHash string          `json:"validators_hash"`
	CommitHash     string          `json:"commit_hash"`
	SignBytes      []string        `json:"sign_bytes"`
	Final          bool            `json:"final"`
	Total          int             `json:"total"`
	Index          int             `json:"index"`
	Leaf           string          `json:"leaf"`
	Root           string          `json:"root"`
	Aunts          []string        `json:"aunts"`
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func raw(value any) json.RawMessage {
	text, err := cmtjson.Marshal(value)
	must(err)
	return text
}

func randomBytes(r *rand.Rand, size int) []byte {
	out := make([]byte, size)
	r.Read(out)
	return out
}

// Empty now and then.
func randomHash(r *rand.Rand) []byte {
	if r.Intn(6) == 0 {
		return nil
	}
	return randomBytes(r, 32)
}

func randomTime(r *rand.Rand) time.Time {
	seconds := []int64{0, -62135596800, 253402300799, r.Int63n(253402300800), -r.Int63n(62135596800), 1700000000}
	nanos := []int64{0, 1, 999999999, r.Int63n(1000000000)}
	return time.Unix(seconds[r.Intn(len(seconds))], nanos[r.Intn(len(nanos))]).UTC()
}

func randomInt(r *rand.Rand) int64 {
	return r.Int63() >> r.Intn(63)
}

func randomValidators(r *rand.Rand, count int) (*types.ValidatorSet, map[string]ed25519.PrivKey) {
	keys := map[string]ed25519.PrivKey{}
	var list []*types.Validator
	for i := 0; i < count; i++ {
		key := ed25519.GenPrivKeyFromSecret(randomBytes(r, 8))
		power := 1 + r.Int63n(1<<uint(1+r.Intn(50)))
		if r.Intn(3) == 0 {
			power = 7
		}
		keys[key.PubKey().Address().String()] = key
		list = append(list, types.NewValidator(key.PubKey(), power))
	}
	return types.NewValidatorSet(list), keys
}

func randomHeader(r *rand.Rand, set *types.ValidatorSet, chainID string) *types.Header {
	h := &types.Header{
		Version: cmtversion.Consensus{Block: version.BlockProtocol, App: uint64(randomInt(r))}, ChainID: chainID,
		Height: 1 + randomInt(r)>>1, Time: randomTime(r), LastCommitHash: randomHash(r), DataHash: randomHash(r),
		ValidatorsHash: set.Hash(), NextValidatorsHash: randomBytes(r, 32), ConsensusHash: randomHash(r),
		AppHash: randomBytes(r, r.Intn(33)), LastResultsHash: randomHash(r), EvidenceHash: randomHash(r),
		ProposerAddress: randomBytes(r, 20),
	}
	if r.Intn(4) > 0 {
		h.LastBlockID = types.BlockID{Hash: randomBytes(r, 32),
			PartSetHeader: types.PartSetHeader{Total: 1 + r.Uint32()>>uint(r.Intn(31))/2, Hash: randomBytes(r, 32)}}
	}
	return h
}

func randomCommit(r *rand.Rand, h *types.Header, set *types.ValidatorSet, keys map[string]ed25519.PrivKey) *types.Commit {
	commit := &types.Commit{Height: h.Height, Round: int32(randomInt(r) >> 33), BlockID: types.BlockID{Hash: h.Hash(),
		PartSetHeader: types.PartSetHeader{Total: 1 + r.Uint32()>>1, Hash: randomBytes(r, 32)}}}
	silent, spoilt := r.Intn(3)*6, r.Intn(4) == 0
	for _, v := range set.Validators {
		sig := types.CommitSig{BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: v.Address, Timestamp: randomTime(r)}
		if r.Intn(20) < silent {
			sig.BlockIDFlag = types.BlockIDFlagNil
			if r.Intn(2) == 0 {
				sig = types.NewCommitSigAbsent()
			}
		}
		commit.Signatures = append(commit.Signatures, sig)
	}
	for i, v := range set.Validators {
		if commit.Signatures[i].BlockIDFlag == types.BlockIDFlagAbsent {
			continue
		}
		signature, err := keys[v.Address.String()].Sign(commit.VoteSignBytes(h.ChainID, int32(i)))
		must(err)
		if spoilt && i == len(set.Validators)/2 {
			signature[r.Intn(64)] ^= 1 << uint(r.Intn(8))
		}
		commit.Signatures[i].Signature = signature
	}
	return commit
}

func randomProof(r *rand.Rand, out *line) {
	out.Total = 1 + r.Intn(300)
	out.Index = r.Intn(out.Total)
	var items [][]byte
	for i := 0; i < out.Total; i++ {
		items = append(items, randomBytes(r, r.Intn(70)))
	}
	root, proofs := merkle.ProofsFromByteSlices(items)
	out.Leaf, out.Root = hex.EncodeToString(items[out.Index]), hex.EncodeToString(root)
	out.Aunts = []string{}
	for _, aunt := range proofs[out.Index].Aunts {
		out.Aunts = append(out.Aunts, hex.EncodeToString(aunt))
	}
}

func blocks(count int, seed int64) {
	r := rand.New(rand.NewSource(seed))
	for i := 0; i < count; i++ {
		sizes := []int{1, 2, 3, 4, 7, 100, 200, 1 + r.Intn(200)}
		set, keys := randomValidators(r, sizes[r.Intn(len(sizes))])
		h := randomHeader(r, set, "chain-"+strconv.Itoa(r.Intn(1000)))
		commit := randomCommit(r, h, set, keys)
		out := line{Header: raw(h), Commit: raw(commit), Validators: raw(set.Validators),
			HeaderHash: hex.EncodeToString(h.Hash()), ValidatorsHash: hex.EncodeToString(set.Hash()),
			CommitHash: hex.EncodeToString(commit.Hash())}
		for k, sig := range commit.Signatures {
			text := ""
			if sig.BlockIDFlag != types.BlockIDFlagAbsent {
				text = hex.EncodeToString(commit.VoteSignBytes(h.ChainID, int32(k)))
			}
			out.SignBytes = append(out.SignBytes, text)
		}
		out.Final = set.VerifyCommit(h.ChainID, commit.BlockID, h.Height, commit) == nil
		randomProof(r, &out)
		text, err := json.Marshal(out)
		must(err)
		fmt.Println(string(text))
	}
}

type proof struct {
	ChainID string `json:"chain_id"`
	Blocks  []struct {
		Header     *types.Header      `json:"header"`
		Commit     *types.Commit      `json:"commit"`
		Validators []*types.Validator `json:"validators"`
	} `json:"blocks"`
}

// The validators in the order of the file: a set built anew would be sorted, and hide a wrong order.
func setOf(list []*types.Validator) *types.ValidatorSet {
	set := types.NewValidatorSet(list)
	for i, v := range set.Validators {
		if !bytes.Equal(v.Address, list[i].Address) {
			must(errors.New("validators out of order"))
		}
	}
	return set
}

func verify(proofFile, genesisFile string) {
	text, err := os.ReadFile(proofFile)
	must(err)
	var p proof
	must(cmtjson.Unmarshal(text, &p))
	genesis, err := types.GenesisDocFromFile(genesisFile)
	must(err)
	var trusted *types.SignedHeader
	var trustedSet *types.ValidatorSet
	for i, b := range p.Blocks {
		header, set := &types.SignedHeader{Header: b.Header, Commit: b.Commit}, setOf(b.Validators)
		if i == 0 {
			must(header.ValidateBasic(genesis.ChainID))
			if !bytes.Equal(header.ValidatorsHash, genesis.ValidatorHash()) || !bytes.Equal(set.Hash(), genesis.ValidatorHash()) {
				must(errors.New("the first block is not signed by the validators of the genesis file"))
			}
			must(set.VerifyCommitLight(genesis.ChainID, b.Commit.BlockID, b.Header.Height, b.Commit))
		} else {
			must(light.Verify(trusted, trustedSet, header, set, 1000*time.Hour, b.Header.Time.Add(time.Second), time.Second,
				light.DefaultTrustLevel))
		}
		trusted, trustedSet = header, set
	}
	fmt.Println(hex.EncodeToString(trusted.AppHash))
}

func main() {
	if len(os.Args) != 4 {
		os.Exit(2)
	}
	if os.Args[1] == "verify" {
		verify(os.Args[2], os.Args[3])
		return
	}
	count, err := strconv.Atoi(os.Args[2])
	must(err)
	seed, err := strconv.ParseInt(os.Args[3], 10, 64)
	must(err)
	blocks(count, seed)
}
