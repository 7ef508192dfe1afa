# Two commands for a new checkout: `make demo` and `make test`. Both install what the build misses, and both
# build in one configuration (release), so that the second finds what the first one built.

SHELL := /bin/bash
BUILD := swift build -c release
GLEANER := .build/release/gleaner

.PHONY: help demo demo-fleet test test-peers test-kubernetes build setup format lint clean

help:
	@echo "make demo    build, serve the demo model, print a curl line and an OpenAI-SDK snippet (CI=true: check them)"
	@echo "make demo-fleet  a gateway and three workers; one is killed and its answer goes on (CI=true: check it)"
	@echo "make test    build and run every test"
	@echo "make test-peers  a gateway in front of a real llama-server and a real vLLM (built and kept in a cache)"
	@echo "make test-kubernetes  the controller in the cluster of GLEANER_TEST_KUBECONFIG, on nodes that the tests play"
	@echo "make build   build .build/release/gleaner"
	@echo "make format  format the sources;  make lint  check their format"
	@echo "make clean   remove what was built"

setup:
	@Scripts/setup

build: setup
	@echo "build: release; the first time takes 7 to 15 minutes on 2 cores, most of it dependencies"
	$(BUILD) --product gleaner

demo: build
	@Scripts/demo $(GLEANER)

demo-fleet: build
	@Scripts/demo-fleet $(GLEANER)

# Testable imports would compile everything a second time with other flags; our tests use `package` access.
# All tests at once would keep each waiting for two cores, and hold hundreds of threads and thousands of files.
# All of it takes four minutes. What stands still is ended after thirty; each line is shown at once, so that it tells where.
test: setup lint
	$(BUILD) --build-tests
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-24} \
		timeout --kill-after=60 30m stdbuf -oL \
		swift test -c release --disable-testable-imports --skip-build

# Other people's engines, through pip; PEERS=llama-server leaves vLLM out.
test-peers: build
	@Scripts/test-peers $(GLEANER)

# Needs the rights of an administrator, and no machine behind a node. Scenes wait for one another more than they work.
test-kubernetes: setup
	@test -r "$$GLEANER_TEST_KUBECONFIG" || { echo "Name a cluster for tests: GLEANER_TEST_KUBECONFIG=FILE make test-kubernetes"; exit 2; }
	$(BUILD) --build-tests
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-4} \
		timeout --kill-after=60 30m stdbuf -oL \
		swift test -c release --disable-testable-imports --skip-build --filter ClusterSceneTests

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

clean:
	rm -rf .build
