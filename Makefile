.DEFAULT_GOAL := help
.PHONY: help start test check build bench

# npm ci, again only when the lock file changed.
node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit
	@touch $@

start: node_modules/.package-lock.json ## install what is missing, build, run locally
	@npm start --silent

test: node_modules/.package-lock.json ## install, build, run every check and test
	npm run check --silent
	npm test --silent

check: node_modules/.package-lock.json ## types, lint and format
	npm run check --silent

build: node_modules/.package-lock.json ## everything in dist/
	npm run build --silent

bench: node_modules/.package-lock.json build ## measure, side by side with others
	npm run bench --silent

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
