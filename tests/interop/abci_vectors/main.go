// Prints frames of ABCI requests and responses as CometBFT's own code writes them, one per line: which of the
// two, a name, hexadecimal. tests/unit/test_abci_codec.c reads them, and knows what is in those named "full".
//
//	go run . >../../vectors/abci.txt
//	go run -modfile=go40.mod -tags comet40 . | grep ' 40_' >>../../vectors/abci.txt
//
// The first is CometBFT v0.38.25, the second v0.40.0; the lines named full_... are the same in both.
package main

import (
	"bytes"
	"fmt"
	"math"
	"math/rand"
	"reflect"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	crypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	types "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cosmos/gogoproto/proto"
)

const randomOfEach = 5

var random = rand.New(rand.NewSource(1))

func show(kind, name string, message proto.Message) {
	var frame bytes.Buffer
	if err := abci.WriteMessage(message, &frame); err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	fmt.Printf("%s %s %x\n", kind, name, frame.Bytes())
}

func request(name string, value any) {
	r := &abci.Request{}
	setOneof(r, value)
	show("request", name, r)
}

func response(name string, value any) {
	r := &abci.Response{}
	setOneof(r, value)
	show("response", name, r)
}

// Puts a message into the member of the oneof that has its type.
func setOneof(message, value any) {
	for _, wrapper := range message.(interface{ XXX_OneofWrappers() []any }).XXX_OneofWrappers() {
		t := reflect.TypeOf(wrapper).Elem()
		if t.Field(0).Type == reflect.TypeOf(value) {
			w := reflect.New(t)
			w.Elem().Field(0).Set(reflect.ValueOf(value))
			reflect.ValueOf(message).Elem().FieldByName("Value").Set(w)
			return
		}
	}
	panic(fmt.Sprintf("%T is of no kind", value))
}

func randomBytes() []byte {
	b := make([]byte, []int{0, 1, 20, 32, 127, 128, 300}[random.Intn(7)])
	random.Read(b)
	return b
}

func randomNumber() int64 {
	edges := []int64{0, 1, -1, 127, 128, 300, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64}
	if n := random.Intn(2 * len(edges)); n < len(edges) {
		return edges[n]
	}
	return int64(random.Uint64()) >> random.Intn(64)
}

func fillSum(v reflect.Value) {
	wrappers := (&crypto.PublicKey{}).XXX_OneofWrappers()
	if n := random.Intn(len(wrappers) + 1); n < len(wrappers) {
		w := reflect.New(reflect.TypeOf(wrappers[n]).Elem())
		w.Elem().Field(0).SetBytes(randomBytes())
		v.Set(w)
	}
}

// Fills any message with random content.
func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(random.Int63n(253402300800+62135596800)-62135596800, random.Int63n(1e9)).UTC()))
		return
	case time.Duration:
		v.SetInt(random.Int63() >> random.Intn(63))
		return
	case abci.CheckTxType:
		v.SetInt(random.Int63n(2))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			fill(v.Field(i))
		}
	case reflect.Pointer:
		if random.Intn(3) > 0 {
			fillNew(v)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(randomBytes())
			return
		}
		n := random.Intn(4)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := 0; i < n; i++ {
			if v.Index(i).Kind() == reflect.Pointer {
				fillNew(v.Index(i))
			} else {
				fill(v.Index(i))
			}
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("%x", randomBytes()))
	case reflect.Bool:
		v.SetBool(random.Intn(2) == 1)
	case reflect.Int32:
		v.SetInt(int64(int32(randomNumber())))
	case reflect.Int64:
		v.SetInt(randomNumber())
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(randomNumber()) >> (64 - v.Type().Bits()))
	case reflect.Interface:
		fillSum(v)
	default:
		panic(v.Type())
	}
}

func fillNew(pointer reflect.Value) {
	pointer.Set(reflect.New(pointer.Type().Elem()))
	fill(pointer.Elem())
	fillEmpty(pointer.Interface())
}

// What is there without content is not told from what is not there.
func fillEmpty(message any) {
	switch m := message.(type) {
	case *types.ConsensusParams:
		m.Block = &types.BlockParams{}
	case *crypto.ProofOps:
		m.Ops = append(m.Ops, crypto.ProofOp{})
	case *abci.Snapshot:
		m.Format = 1
	}
}

// Every kind of the oneof: empty, then random ones.
func all(prefix string, empty func() proto.Message) {
	for _, wrapper := range empty().(interface{ XXX_OneofWrappers() []any }).XXX_OneofWrappers() {
		t := reflect.TypeOf(wrapper).Elem()
		one(prefix, t, 0, empty)
		for i := 1; i <= randomOfEach; i++ {
			one(prefix, t, i, empty)
		}
	}
}

func one(prefix string, t reflect.Type, number int, empty func() proto.Message) {
	w := reflect.New(t)
	w.Elem().Field(0).Set(reflect.New(t.Field(0).Type.Elem()))
	if number > 0 {
		fill(w.Elem().Field(0).Elem())
	}
	m := empty()
	reflect.ValueOf(m).Elem().FieldByName("Value").Set(w)
	show(prefix, fmt.Sprintf("%s_%d", t.Field(0).Name, number), m)
}

func main() {
	full()
	if is40 {
		newer()
		return
	}
	all("request", func() proto.Message { return &abci.Request{} })
	all("response", func() proto.Message { return &abci.Response{} })
}
