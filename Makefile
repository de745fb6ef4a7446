# toscount: `make run` counts a real network, `make test` runs every test.
# Both install what is missing first (Debian 12 and later, by apt).

BUILD   ?= build
PREFIX  ?= /usr/local
JOBS    ?= $(shell nproc)
# BENCH=--quick, --large or --size: less or more for `make bench` to do.
BENCH   ?=
RELEASE  = $(BUILD)/release
DEBUG    = $(BUILD)/debug

.PHONY: run tool test bench install tidy format packages release debug clean

run: tool
	$(RELEASE)/tools/toscount/toscount models/lenet5.onnxtxt --batch 32 --optimizer adam

test: release debug
	cmake/run-tests.sh $(RELEASE) $(DEBUG)

bench: release
	bench/run.sh $(RELEASE) $(BENCH)

install: release
	cmake --install $(RELEASE) --prefix $(PREFIX)

# What `toscount` needs to run, without tests, benchmarks and the runner.
tool:
	@cmake/install-packages.sh tool
	@cmake --preset release -B $(RELEASE) > $(BUILD)-release.log 2>&1 || { cat $(BUILD)-release.log; exit 1; }
	@rm -f $(BUILD)-release.log
	cmake --build $(RELEASE) -j $(JOBS) --target toscount

release debug: packages
	cmake --preset $@ -B $(BUILD)/$@ > $(BUILD)-$@.log 2>&1 || { cat $(BUILD)-$@.log; exit 1; }
	@rm -f $(BUILD)-$@.log
	cmake --build $(BUILD)/$@ -j $(JOBS)

tidy: packages
	cmake --preset tidy -B $(BUILD)/tidy
	cmake --build $(BUILD)/tidy -j $(JOBS)

format:
	git ls-files '*.cpp' '*.h' | xargs clang-format -i

packages:
	@cmake/install-packages.sh

clean:
	rm -rf $(BUILD)
