package main

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"os"
	"path/filepath"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr/fft"
)

// The 64-bit limbs, in Montgomery form, of the first `elements` field elements in a file.
func limbs(name string, elements int) [][4]uint64 {
	bytes, err := os.ReadFile(filepath.Join(folder, name))
	must(err)
	if len(bytes) < 32*elements {
		must(fmt.Errorf("%s: only %d elements", name, len(bytes)/32))
	}
	out := make([][4]uint64, elements)
	for i := range out {
		for j := range out[i] {
			out[i][j] = binary.LittleEndian.Uint64(bytes[32*i+8*j:])
		}
	}
	return out
}

func values(log int) []fr.Element {
	out := make([]fr.Element, 1<<log)
	for i, element := range limbs("values", 1<<log) {
		out[i] = fr.Element(element)
	}
	return out
}

func points(log int) []bn254.G1Affine {
	out := make([]bn254.G1Affine, 1<<log)
	coordinates := limbs("points", 2<<log)
	for i := range out {
		out[i].X, out[i].Y = fp.Element(coordinates[2*i]), fp.Element(coordinates[2*i+1])
	}
	return out
}

func hex(x *fp.Element) string {
	bytes := x.Bytes()
	return fmt.Sprintf("%x", bytes[:])
}

func msm(log int) (float64, string) {
	var sum bn254.G1Affine
	p, s, config := points(log), values(log), ecc.MultiExpConfig{NbTasks: threads}
	ns := timed(nothing, func() { _, err := sum.MultiExp(p, s, config); must(err) })
	return ns, hex(&sum.X)
}

func msmG2(log int) (float64, string) {
	var sum bn254.G2Affine
	_, _, _, generator := bn254.Generators()
	multiples := make([]fr.Element, 1<<log)
	for i := range multiples {
		multiples[i].SetUint64(uint64(i + 1))
	}
	p, s, config := bn254.BatchScalarMultiplicationG2(&generator, multiples), values(log), ecc.MultiExpConfig{NbTasks: threads}
	ns := timed(nothing, func() { _, err := sum.MultiExp(p, s, config); must(err) })
	return ns, hex(&sum.X.A0)
}

func ntt(log int) (float64, string) {
	domain := fft.NewDomain(1 << log)
	given := values(log)
	work := make([]fr.Element, len(given))
	ns := timed(func() { copy(work, given) }, func() { domain.FFT(work, fft.DIF, fft.WithNbTasks(threads)) })
	fft.BitReverse(work)
	bytes := work[1].Bytes()
	return ns, fmt.Sprintf("%x", bytes[:])
}

func pairing(int) (float64, string) {
	_, _, p, q := bn254.Generators()
	return timed(nothing, func() { _, err := bn254.Pair([]bn254.G1Affine{p}, []bn254.G2Affine{q}); must(err) }), "-"
}

func pairs(count int) (float64, string) {
	_, _, generator, q := bn254.Generators()
	p, qs, sum := make([]bn254.G1Affine, count), make([]bn254.G2Affine, count), int64(0)
	for i := range p {
		multiple := int64(i + 1)
		if i == count-1 {
			multiple = -sum
		}
		sum += multiple
		p[i].ScalarMultiplication(&generator, big.NewInt(multiple))
		qs[i] = q
	}
	good := true
	ns := timed(nothing, func() {
		one, err := bn254.PairingCheck(p, qs)
		must(err)
		good = good && one
	})
	return ns, fmt.Sprint(good)
}
