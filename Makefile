# The front door of the repository: everything that is done here has a target in this file.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: show-staff-refused show-no-consent show-emergency show-signed-out quickstart pages-clients bench-x12 fuzz-x12 x12-oracles chaos audit-proof chaos-audit bench-audit bench-spine fuzz-api leak-scan fhir-audit-check help install build up down status logs clean demo visit traces test check fmt lint house unit interop \
  k8s-check deploy-check generate openapi prepare-queries infra

export RUN_DIR ?= .run
# Queries are checked against the committed query data: no build needs a database.
export SQLX_OFFLINE = true
LOCAL := deploy/local
# Not exported: a script that wants optimised programs chooses them itself, unless the caller says otherwise.
VISIT := $(or $(MC_BIN_DIR),target/debug)/medconnect-visit

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## install Postgres, RabbitMQ, Redis and nginx where they are missing (apt-get; never starts the machine's own)
	@$(LOCAL)/install.sh

build: ## build every program (profile dev: quick to build, quick enough to run)
	@$(LOCAL)/build.sh

up: ## start the whole system, or repair what is half-started (MC_REPLICAS=2: two processes of each service behind the front door)
	@$(LOCAL)/up.sh

infra: install ## start only Postgres, RabbitMQ and Redis (for tests; addresses in .run/test.env)
	@$(LOCAL)/up.sh infra

down: ## stop it
	@$(LOCAL)/down.sh

status: ## one line a process; fails when something is down
	@$(LOCAL)/status.sh

logs: ## follow the logs (NAME=billing for one of them)
	@$(LOCAL)/logs.sh $(NAME)

clean: ## stop it and remove everything it wrote (data, secrets, logs)
	@$(LOCAL)/clean.sh

demo: install build up visit ## from nothing to a finished patient visit on a running system
	@$(LOCAL)/next-steps.sh

visit: ## carry one patient visit through the running system
	@$(VISIT) run --run-dir $(RUN_DIR)

show-staff-refused: ## show a rule: the front desk requests a chart and is refused (on the running system)
show-no-consent: ## show a rule: a doctor without the patient's consent requests a chart and is refused
show-emergency: ## show a rule: the same doctor uses emergency access, and the audit log has it
show-signed-out: ## show a rule: after a sign-out the access token opens nothing, in every service within a second
show-staff-refused show-no-consent show-emergency show-signed-out:
	@$(VISIT) show $(@:show-%=%) --run-dir $(RUN_DIR)

chaos: ## kill every process, freeze every service and silence every server in the middle of a visit, cut off Stripe and the payer, and run the last release's programs beside today's (on the running system)
	@deploy/e2e/chaos.sh

audit-proof: ## prove the last visit in an empty folder with the stand-alone verifier and the public key alone
	@deploy/e2e/audit-proof.sh

chaos-audit: ## a million reads and writes through two processes of each service while everything is killed, frozen and cut off, then look for every answer in the audit log (COUNT=, SEED=)
	@deploy/e2e/chaos-audit.sh

bench-audit: infra ## measure rate and delay of the audit log, also as ratios to a plain table in the same run
	@deploy/e2e/bench-audit.sh

bench-spine: infra ## measure events, audited commits, coverage checks and the hottest queries, also as ratios to plain ones in the same run
	@deploy/e2e/bench-spine.sh

fuzz-api: ## drive every OpenAPI document through the front door with schemathesis for FUZZ_SECONDS (120; on the running system)
	@deploy/e2e/fuzz.sh

bench-x12: ## measure speed and memory of X12 reading, validation and typed values over a stream, compared with pyx12, x12sdk and node-x12 (SIZES="1M 100M 1G")
	@cargo bench --locked -p mc-x12 --bench engine -- --quiet
	@deploy/e2e/bench-x12.sh $(SIZES)

fuzz-x12: ## fuzz the X12 crates with libFuzzer, each target for MINUTES (30), in sequence (TARGETS="reader checker"; KEEP=1: the smallest inputs become tests)
	@deploy/e2e/fuzz-x12.sh $(or $(MINUTES),30) $(TARGETS)

quickstart: ## execute every block of docs/quickstart.md (on the running system)
	@deploy/e2e/quickstart.sh

pages-clients: ## open the pages in a real Chromium and look at them with axe (on the running system)
	@deploy/e2e/pages-clients.sh

leak-scan: ## look for patients in logs, traces, queues, tables, caches and error bodies (on the running system)
	@deploy/e2e/leaks.sh

fhir-audit-check: ## read AuditEvents of every action with the FHIR models of another project
	@deploy/e2e/fhir-audit-check.sh

x12-oracles: ## check our X12 files with other validators, and files of one of them with ours
	@deploy/e2e/x12-oracles.sh

traces: ## show the last visit as a tree of spans
	@$(VISIT) traces --run-dir $(RUN_DIR)

test: install ## everything: format, lints, all tests, deployment checks, real peers, the visit
	@$(LOCAL)/test.sh

check: infra ## house tests (make house), format, lints, tests: before a commit that matters
	@$(LOCAL)/test.sh house
	@$(MAKE) --no-print-directory lint
	@$(LOCAL)/test.sh unit

fmt: ## format the code
	@cargo fmt --all

lint: ## format check and clippy, warnings are errors
	@cargo fmt --all -- --check
	@cargo clippy --locked --workspace --all-targets -- -D warnings

house: ## the rules of this repository as tests: tiers, modules of services, sizes, words, generated files
	@$(LOCAL)/test.sh house

unit: infra ## all Rust tests
	@$(LOCAL)/test.sh unit

generate: ## write what follows from services.toml (deploy/, k8s/, route tables) and from the code (docs/events.md, docs/errors.md)
	@MC_UPDATE_DOCS=1 cargo test -q -p mc-testkit --test house -- generated:: documents::

interop: install ## our adapters against servers that others wrote
	@deploy/interop/run.sh

k8s-check: ## build every overlay, check every object, compare Ingress and Gateway with services.toml
	@deploy/k8s-check.sh

deploy-check: ## check the syntax of what Docker and the collector read
	@deploy/deploy-check.sh

openapi: ## write each service's OpenAPI document to docs/openapi
	@$(LOCAL)/openapi.sh

prepare-queries: infra ## check every query against a real schema and renew the committed query data
	@$(LOCAL)/prepare-queries.sh $(PACKAGES)
