# The commands of this repository. `make help` lists them.
#
# SCRATCH=PATH builds somewhere else than .build. One configuration, release, is built and tested.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help bootstrap build demo demo-funding demo-agent demo-cashu test test-agent test-guardian test-cashu crash-test bench bench-durable bench-restart bench-agent bench-cashu compare simulate mutation-test determinism cost generate format lint guards clean

export SCRATCH ?= .build
export TURNPIKE_BIN := $(SCRATCH)/release
SWIFT_FILES := Sources Tests Package.swift

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done
	@echo "shown: commands=$$(grep -c '^[a-z-]*:.*## ' Makefile)"

bootstrap: ## install the system packages that are missing
	@scripts/bootstrap

build: bootstrap ## build everything, tests too, in release; a warning is an error
	@scripts/build

demo: bootstrap ## run the main job in front of you, in under a minute once it is built
	@scripts/build turnpiked turnpike paid-api
	@scripts/demo

demo-funding: bootstrap ## who pays for a public server, in front of you: donors, campaigns, investors, an auction; in a minute
	@scripts/build turnpiked turnpike
	@scripts/demo-funding

demo-agent: ## two hours of a server, in front of you: an agent runs a PostgreSQL for each lease; in a minute
	@scripts/bootstrap --with demo-agent
	@scripts/build turnpiked turnpike turnpike-agent turnpike-guardian
	@scripts/demo-agent

demo-cashu: ## Bitcoin ecash, in front of you: a stock wallet pays, also while its mint is down, and has its change as ecash, and the mint pays a bill; in a minute
	@scripts/bootstrap --with cashu
	@scripts/build turnpiked turnpike
	@Tests/Mint/mint install
	@scripts/demo-cashu

test: ## build and run every test
	@scripts/bootstrap --with capture
	@scripts/build
	@scripts/test

test-agent: ## the C library for devices: strict builds, sanitizers, vectors, fuzzers, size, with a broker on this host, and on a Cortex-M4 in C and Embedded Swift (SECONDS_OF_FUZZING)
	@scripts/bootstrap --with agent
	@scripts/build turnpiked turnpike
	@Tests/CAgent/firmware_test
	@Tests/CAgent/firmware_test --swift
	@Tests/CAgent/host_test
	@Tests/CAgent/run

test-guardian: ## the guardian of leases: strict builds, sanitizers, deadlines, deaths (TESTS="name name" some)
	@scripts/bootstrap
	@Tests/Guardian/run $(TESTS)

test-cashu: ## a broker and a real mint (Nutshell, installed from PyPI, on loopback): payments, two units, locks, a mint that is down, kill -9, payouts, invoices, the treasury's words, double spends (TESTS, TRIALS)
	@scripts/bootstrap --with cashu
	@scripts/build turnpiked turnpike scripted-mint
	@Tests/Mint/mint install
	@Tests/Mint/broker_test.py $(TESTS)
	@$(if $(TESTS),:,Tests/Mint/payout_test.py)
	@$(if $(TESTS),:,Tests/Mint/melt_test.py)
	@$(if $(TESTS),:,Tests/Mint/locks_test.py)
	@$(if $(TESTS),:,Tests/Mint/double_spends.py)
	@$(if $(TESTS),:,scripts/demo-cashu)

crash-test: ## kill a broker, cut its power, fail its disk; nothing acknowledged may be missing (KILLS, SEED)
	@scripts/bootstrap
	@scripts/build turnpiked
	@Tests/Crash/crash_test.py --all $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

bench: ## beside a bare C server, Redis, PostgreSQL and etcd: Benchmarks/results (ROUNDS; under ten minutes)
	@scripts/bootstrap --with bench
	@scripts/build turnpiked turnpike-load
	@Benchmarks/compare $(ROUNDS)

bench-durable: ## what durability costs: a broker that syncs beside one that keeps nothing
	@scripts/build turnpiked turnpike-load
	@scripts/bench-durable

bench-restart: ## how long a start takes with ten million leases and fifty million spent notes (LEASES, NOTES, RUNS)
	@scripts/build turnpiked turnpike-load
	@scripts/bench-restart

bench-agent: ## what a gate owes its holders: how soon it opens and cuts, and what passes after a deadline, idle and under load
	@scripts/build turnpiked turnpike turnpike-agent turnpike-load
	@scripts/bench-agent

bench-cashu: ## what ecash costs: judging it, those who pay with notes meanwhile, and its mint (ROUNDS; four minutes)
	@scripts/build turnpiked turnpike-load scripted-mint ecash-speed
	@scripts/bench-cashu $(ROUNDS)

compare: ## of the tests, the core against the independent model alone (TURNPIKE_SEED, TURNPIKE_COMMANDS)
	@scripts/build
	@swift test --configuration release --scratch-path $(SCRATCH) --skip-build --disable-xctest --filter 'RandomCommandsTests|RandomStormTests'
	@echo "shown: compared=yes"

simulate: ## the broker in a simulated world that breaks: SEED=N one seed (TRACE=1: and what happens), SEEDS=N that many (FROM=N on), else new ones for two minutes
	@scripts/build Simulation
	@$(TURNPIKE_BIN)/Simulation $(if $(SEED),--twice --seed $(SEED) $(if $(TRACE),--trace),$(if $(SEEDS),--seeds $(SEEDS),--seconds 120) $(if $(FROM),--from $(FROM)))

mutation-test: ## plant mistakes in the broker, and see that the tests notice each; MUTANTS="name name" some
	@scripts/bootstrap
	@scripts/mutation-test $(foreach name,$(MUTANTS),--only $(name))

determinism: ## three seeds (from SEED=N on) give the same in debug as in release
	@scripts/determinism $(or $(SEED),1)

cost: ## what a request costs: instructions, allocations, runtime calls, against thresholds; hot functions (OPERATIONS="use fund", PROFILE=1)
	@scripts/build DataPath turnpiked
	@scripts/hot-functions
	@scripts/cost $(OPERATIONS) $(if $(PROFILE),--profile)

generate: ## write everything that follows from proto-spec/turnpike.toml
	@python3 proto-spec/generate.py
	@echo "shown: generated=yes"

format: ## format the Swift files in place
	@swift format --in-place --parallel --recursive $(SWIFT_FILES)
	@echo "shown: formatted=yes"

lint: ## check format, and that generated files are fresh
	@swift format lint --strict --parallel --recursive $(SWIFT_FILES)
	@python3 proto-spec/generate.py --check
	@echo "shown: lint=clean"

guards: ## checks that are neither format nor tests
	@scripts/guards

clean: ## remove what was built
	@swift package clean --scratch-path $(SCRATCH)
	@echo "shown: clean=yes"
