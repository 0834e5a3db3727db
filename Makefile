# Everything that CI does is a target here, and CI calls `make test`.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

GO   ?= go
LINT := $(GO) tool -modfile=deploy/tools/lint.mod golangci-lint

# At most two packages at once: the database of each test binary wants a core too.
# The time limit is for a machine that does other things besides.
TEST := $(GO) test -count=1 -shuffle=on -p 2 -timeout 30m

# These start cluster members. The actor library has data races of its own when
# the topology changes, so the race detector would report what is not ours.
MEMBERS = . ./cluster/... ./deploy/engine ./evals/browser ./evals/e2e ./evals/members
# Programs of the Cloud API, which need Node.
CLIENTS = ./evals/clients
RACED   = grep -vE '^github\.com/prosa-chat/prosa(/cluster(/.*)?|/deploy/engine|/evals/(browser|clients|e2e|members))?$$'

FUZZTIME ?= 10s
SEEDS    ?= 1000

.PHONY: help
help: ## this list
	@grep -hE '^[a-z][a-z/-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: run
run: ## Prosa with its own database, a simulated Meta and sample data (needs Go and Postgres)
	@deploy/setup.sh run
	@echo 'Building and starting; the first build takes a minute or two.'
	@CGO_ENABLED=0 $(GO) build -o prosa . && exec ./prosa serve -demo

.PHONY: test
test: ## everything that CI checks, from the packages it needs to the linter
	@start=$$SECONDS; \
	for step in test/setup test/build test/race test/members test/clients test/fuzz lint verify; do \
		printf '\n=== %s\n' "$$step"; began=$$SECONDS; \
		$(MAKE) --no-print-directory "$$step" || { printf '\n=== FAILED: %s, after %ds\n' "$$step" $$((SECONDS - start)); exit 1; }; \
		printf -- '--- %s: %ds\n' "$$step" $$((SECONDS - began)); \
	done; \
	printf '\n=== all passed in %ds\n' $$((SECONDS - start))

.PHONY: test/setup
test/setup:
	@deploy/setup.sh test

.PHONY: test/build
test/build:
	$(GO) build ./...
	$(GO) vet ./...

.PHONY: test/race
test/race:
	@echo '$(TEST) -race (all but $(MEMBERS))'
	@packages=$$($(GO) list ./... | $(RACED)); $(TEST) -race $$packages

.PHONY: test/members
test/members:
	$(TEST) $(MEMBERS)

.PHONY: test/clients
test/clients: ## programs of the Cloud API, unmodified, against Prosa (installs Node where it is missing)
	@deploy/setup.sh clients
	$(TEST) $(CLIENTS)

.PHONY: test/fuzz
test/fuzz: fuzz

.PHONY: race
race: test/race ## tests under the race detector, all that allow it

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (10s)
	@grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sort | while IFS=: read -r file func; do \
		name=$${func#func }; printf '\n=== %s %s\n' "$$(dirname "$$file")" "$$name"; \
		$(GO) test -run='^$$' -fuzz="^$$name\$$" -fuzztime=$(FUZZTIME) "$$(dirname "$$file")"; \
	done

.PHONY: seeds
seeds: ## the randomised histories with SEEDS (1000) different seeds
	PROSA_SEEDS=$(SEEDS) $(GO) test -count=1 -run=Seeds ./actors/...

.PHONY: cover
cover: ## coverage of all packages together, in coverage.html
	$(TEST) -coverpkg=./... -coverprofile=coverage.out ./...
	@grep -v '\.pb\.go:' coverage.out > coverage.tmp && mv coverage.tmp coverage.out
	@$(GO) tool cover -html=coverage.out -o coverage.html
	@$(GO) tool cover -func=coverage.out | tail -n 1

.PHONY: lint
lint: ## the curated linters of .golangci.yml
	@$(LINT) run

.PHONY: fmt
fmt: ## format the Go files
	@$(LINT) fmt

.PHONY: generate
generate: ## Go from .proto, the API's document and the page's types from Go
	@$(GO) run ./deploy/tools/protogen
	@$(GO) run ./deploy/tools/openapi

.PHONY: verify
verify: ## generated files, go.mod and formatting are as they should be
	$(GO) run ./deploy/tools/protogen -check
	$(GO) run ./deploy/tools/openapi -check
	$(GO) mod tidy -diff
	$(LINT) fmt --diff
	$(GO) vet ./...

.PHONY: screenshots
screenshots: ## the pictures of the README, taken by a browser test (needs chromium)
	PROSA_SHOTS=$(CURDIR)/deploy/screenshots $(GO) test -count=1 -run='TestInBrowser/demo:_screenshots' ./evals/browser

.PHONY: load
load: ## traffic against a running server, with measurements; ARGS='-h' for its flags
	@$(GO) run . load $(ARGS)

.PHONY: db/reset
db/reset: ## delete the data of the local server
	@$(GO) run ./deploy/tools/dbreset
