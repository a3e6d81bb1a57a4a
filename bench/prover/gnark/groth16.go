//go:build gnark

package main

import (
	"fmt"
	"time"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/backend/groth16"
	"github.com/consensys/gnark/backend/witness"
	"github.com/consensys/gnark/constraint"
	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/frontend/cs/r1cs"
	"github.com/consensys/gnark/logger"
)

// chain is a circuit of a given size: out = x^(2^squarings).
type chain struct {
	X         frontend.Variable
	Out       frontend.Variable `gnark:",public"`
	squarings int
}

func (c *chain) Define(api frontend.API) error {
	x := c.X
	for range c.squarings {
		x = api.Mul(x, x)
	}
	api.AssertIsEqual(x, c.Out)
	return nil
}

var made struct {
	system       constraint.ConstraintSystem
	proving      groth16.ProvingKey
	verifying    groth16.VerifyingKey
	full, public witness.Witness
	proof        groth16.Proof
}

func init() {
	logger.Disable()
	commands["circuit"], commands["prove"], commands["verify"] = circuit, prove, verify
}

func circuit(constraints int) (float64, string) {
	var err error
	field := ecc.BN254.ScalarField()
	squarings := constraints - 1
	made.system, err = frontend.Compile(field, r1cs.NewBuilder, &chain{squarings: squarings})
	must(err)
	begun := time.Now()
	made.proving, made.verifying, err = groth16.Setup(made.system)
	must(err)
	took := time.Since(begun)
	x := values(0)[0]
	out := x
	for range squarings {
		out.Square(&out)
	}
	made.full, err = frontend.NewWitness(&chain{X: x, Out: out}, field)
	must(err)
	made.public, err = made.full.Public()
	must(err)
	return float64(took.Nanoseconds()), fmt.Sprint(made.system.GetNbConstraints())
}

func prove(int) (float64, string) {
	var err error
	begun := time.Now()
	made.proof, err = groth16.Prove(made.system, made.proving, made.full)
	took := time.Since(begun)
	must(err)
	must(groth16.Verify(made.proof, made.verifying, made.public))
	return float64(took.Nanoseconds()), "-"
}

func verify(int) (float64, string) {
	good := true
	ns := timed(nothing, func() { good = good && groth16.Verify(made.proof, made.verifying, made.public) == nil })
	return ns, fmt.Sprint(good)
}
