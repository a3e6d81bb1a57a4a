# The front door. Every target installs what it lacks (and says so); with everything installed no network is needed.
#   make demo        build, then watch sessions become a proof, a payment and refused frauds
#   make test        build and run every test (gcc release, sanitizers, clang)
#   make bench       measure, beside snarkjs in the same run
#   make bench-prover  measure the prover and verifier beside rapidsnark, gnark and snarkjs, where they are there
#   make check       formatting, static analysis, layering
#   make check-long  the long suites: 1,000 kills, 10,000 priced tariffs, full mutation, fuzzing
SHELL := /bin/bash
BUILD ?= build

.PHONY: all build setup setup-test demo test bench bench-prover fuzz check check-long install clean

all: build

setup:
	@tools/setup.sh build
setup-test:
	@tools/setup.sh test

$(BUILD)/build.ninja: | setup
	meson setup $(BUILD) --buildtype=release -Dtests=false -Dbench=false
build: setup $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

demo: build
	@$(BUILD)/apps/roam/roam demo

test: setup-test
	@tools/test.sh
bench: setup-test
	@tools/bench.sh
bench-prover: setup-test
	@tools/bench_prover.sh
fuzz: setup-test
	@tools/fuzz.sh
check: setup-test
	@tools/check.sh
check-long: setup-test
	@tools/check_long.sh

install: build
	meson install -C $(BUILD)
clean:
	rm -rf build build-*
