// The side of gnark-crypto and, if built with the tag "gnark", of gnark. "roam-gnark FOLDER THREADS" reads one command a
// line and answers each with a line "NANOSECONDS RESULT"; the results are those of bench_serve.c and bench_prover.c for the
// same data. Short operations are repeated and their mean is told.
//
//	level       the versions of the modules
//	msm LOG     over the points and values that bench_serve's "data" wrote; the sum's x
//	msm_g2 LOG  over (i + 1) generator; the sum's x, its first coordinate
//	ntt LOG     decimation in frequency; value 1 of the output, brought into natural order after the time is taken
//	pairing     -
//	pairs N     pairing check of N pairs whose product is one; true
//	circuit N   (gnark) compiles and sets up a chain of N - 1 squarings; its number of constraints
//	prove       (gnark) -
//	verify      (gnark) true if the last proof holds
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

const busy = 50 * time.Millisecond

var (
	folder  string
	threads int
)

type command func(argument int) (nanoseconds float64, result string)

var commands = map[string]command{
	"level":   level,
	"msm":     msm,
	"msm_g2":  msmG2,
	"ntt":     ntt,
	"pairing": pairing,
	"pairs":   pairs,
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "roam-gnark:", err)
		os.Exit(1)
	}
}

// The mean time of the operation; reset is called before each run and not timed.
func timed(reset, operation func()) float64 {
	var spent time.Duration
	times := 0
	for spent < busy {
		reset()
		begun := time.Now()
		operation()
		spent += time.Since(begun)
		times++
	}
	return float64(spent.Nanoseconds()) / float64(times)
}

func nothing() {}

func level(int) (float64, string) {
	names := []string{}
	if info, found := debug.ReadBuildInfo(); found {
		for _, module := range info.Deps {
			if strings.HasPrefix(module.Path, "github.com/consensys/gnark") {
				names = append(names, module.Path[strings.LastIndex(module.Path, "/")+1:]+" "+module.Version)
			}
		}
	}
	return 0, strings.Join(names, ", ") + ", " + runtime.Version()
}

func main() {
	if len(os.Args) != 3 {
		must(fmt.Errorf("usage: roam-gnark FOLDER THREADS"))
	}
	var err error
	folder = os.Args[1]
	threads, err = strconv.Atoi(os.Args[2])
	must(err)
	runtime.GOMAXPROCS(threads)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		name, rest, _ := strings.Cut(lines.Text(), " ")
		argument, _ := strconv.Atoi(rest)
		run, known := commands[name]
		if !known {
			must(fmt.Errorf("no command %q here", name))
		}
		nanoseconds, result := run(argument)
		fmt.Printf("%.1f %s\n", nanoseconds, result)
	}
}
