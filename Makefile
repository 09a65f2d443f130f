.DEFAULT_GOAL := help
.PHONY: help start dev test test-operations test-clients test-another-api test-new-resource fuzz mutate check build bench load sbom plan deploy rollback destroy emulated-aws

# Which of infra/*.tfvars to deploy with, without the ending.
VARS ?= dev
TERRAFORM = terraform -chdir=infra

# npm ci, again only when the lock file changed. Nothing here needs the install scripts of packages.
node_modules/.package-lock.json: package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# AWS's runtime client and the Node versions of Lambda, which the product itself doesn't need.
test/lambda/node_modules/.package-lock.json: test/lambda/package-lock.json
	@npm ci --prefix test/lambda --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Client libraries that the local Cognito is tested with.
test/local/clients/node_modules/.package-lock.json: test/local/clients/package-lock.json
	@npm ci --prefix test/local/clients --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# What the guard is measured against.
test/bench/node_modules/.package-lock.json: test/bench/package-lock.json
	@npm ci --prefix test/bench --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Mutation testing.
test/mutation/node_modules/.package-lock.json: test/mutation/package-lock.json
	@npm ci --prefix test/mutation --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# What the tests need.
TESTED_WITH = node_modules/.package-lock.json test/lambda/node_modules/.package-lock.json
CLIENTS = test/local/clients/node_modules/.package-lock.json

start: node_modules/.package-lock.json ## install what is missing, build, run locally
	@exec npm start --silent

dev: node_modules/.package-lock.json ## as start, and again after each change in app/
	@exec npm run dev --silent

.PHONY: tested-with
tested-with: $(TESTED_WITH)

test: ## install, build, run every check and all tests but those of the next two
	@$(MAKE) --no-print-directory --jobs=3 tested-with check
	npm test --silent

test-operations: $(TESTED_WITH) $(CLIENTS) ## what takes minutes on an emulated AWS: deployments, plans, releases, the bootstrap, the runbook, the tutorial
	npm run test:operations --silent

test-clients: $(TESTED_WITH) $(CLIENTS) ## sign in and call with the client libraries that people use
	npm run test:clients --silent

test-another-api: $(TESTED_WITH) $(CLIENTS) ## put another API in the place of app/api and run everything on it
	bash test/another-api/run.sh

test-new-resource: $(TESTED_WITH) ## copy a resource under another name and test what comes out
	bash test/build/new-resource.sh

fuzz: node_modules/.package-lock.json ## 100,000 tokens, each judged as a second verifier judges it
	npm run fuzz --silent

check: node_modules/.package-lock.json ## types, lint and format
	npm run check --silent

build: node_modules/.package-lock.json ## everything in dist/
	npm run build --silent

bench: node_modules/.package-lock.json test/lambda/node_modules/.package-lock.json test/bench/node_modules/.package-lock.json ## measure, side by side with others
	npm run bench --silent

load: build ## call what runs as every kind of caller, at a steady rate, and check each answer (URL=…, RATE=100 a second, DURATION=60 s, BAD=20 %, PROFILE=local)
	@URL=$(URL) RATE=$(RATE) DURATION=$(DURATION) BAD=$(BAD) PROFILE=$(PROFILE) APPROVE=$(APPROVE) AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true node test/bench/run.js load

mutate: node_modules/.package-lock.json test/mutation/node_modules/.package-lock.json ## change the code of a room in small ways, and see whether a test fails each time (ROOM=auth|http|lambda|dynamodb|revocation, MUTATE=file,file of it)
	ROOM=$(ROOM) node test/mutation/node_modules/@stryker-mutator/core/bin/stryker.js run test/mutation/stryker.config.js $(if $(MUTATE),--mutate $(MUTATE) --force)

# All packages: with `--omit dev`, npm (10 and 11) leaves out what production shares with development.
sbom: ## what the app is made of, as CycloneDX on stdout
	@npm sbom --sbom-format cyclonedx --package-lock-only

infra/.terraform: infra/.terraform.lock.hcl
	$(TERRAFORM) init -input=false
	@touch $@

.PHONY: where
where: infra/.terraform
	@echo "Workspace $$($(TERRAFORM) workspace show), region $${AWS_REGION:-$${AWS_DEFAULT_REGION:-of the AWS profile}}, settings infra/$(VARS).tfvars"

# What the state says of the pools; nothing before the first deployment. Terraform finds the file by its name, also in an apply by hand.
.PHONY: carried-keys
carried-keys: build where
	@$(TERRAFORM) output -json | $(COMMAND) carry-keys --out infra/carried-keys.auto.tfvars.json

emulated-aws: $(TESTED_WITH) ## an AWS in memory on this machine, to deploy to without an account; needs moto_server (pip install 'moto[server]')
	@AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true node test/cloud/emulated-aws.js

plan: build where carried-keys ## show what a deployment would change (VARS=dev, or another of infra/*.tfvars)
	$(TERRAFORM) plan -input=false -var-file=$(VARS).tfvars

# Terraform's question needs a terminal, or an answer in a pipe; a pipeline answers it beforehand with APPROVE=yes.
APPROVAL = $(if $(filter yes,$(APPROVE)),-auto-approve)
COMMAND = node dist/cli/*.cjs

.PHONY: may-approve
may-approve:
	@test -n "$(APPROVAL)$(findstring -auto-approve,$(TF_CLI_ARGS_apply))" || test -t 0 || test -p /dev/stdin || { echo "No terminal to ask on whether to apply the plan: look at it with make plan, then make deploy APPROVE=yes." >&2; exit 1; }

deploy: may-approve build where carried-keys ## create or update everything in AWS, check the new version, shift the calls to it (VARS=dev, or another of infra/*.tfvars)
	@echo "Apply:  what Terraform would change; the function gets a new version, but no calls yet."
	$(TERRAFORM) apply $(APPROVAL) -var-file=$(VARS).tfvars
	@$(TERRAFORM) output -json | $(COMMAND) release

rollback: infra/.terraform ## give the calls back to the version that was live before, within seconds
	@test -e dist/cli/main.js || $(MAKE) --no-print-directory build
	@$(TERRAFORM) output -json | $(COMMAND) rollback

destroy: build where ## remove everything from AWS, after a question (VARS, APPROVE as for deploy)
	$(TERRAFORM) destroy $(APPROVAL) -var-file=$(VARS).tfvars

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
