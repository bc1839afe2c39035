# ipcdrill: make, make run, make check; `make help` lists the rest.

BUILD    ?= build
PREFIX   ?= /usr/local
ZSH_FUNCTIONS ?= $(PREFIX)/share/zsh/site-functions
CC       ?= cc
CFLAGS   ?= -O2 -g
V        ?= 0
JOBS     ?= $(shell nproc 2>/dev/null || echo 1)
VERSION  := 0.1.0

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' $(1) $(2))

# Compilers newer than those that it was tried on know warnings that nobody has seen: these do not stop the build.
WERROR   ?= $(shell [ "$$($(CC) -dumpversion | cut -d. -f1)" -le 14 ] && echo -Werror -Wno-error=deprecated-declarations)
WARNINGS := -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
            -Wvla -Wformat=2 -Wundef
STANDARD := -std=gnu17 -D_GNU_SOURCE -Iharness -I$(BUILD)/generated -DIPCDRILL_VERSION='"$(VERSION)"'
COMPILE   = $(CC) $(STANDARD) $(CPPFLAGS) $(WARNINGS) $(CFLAGS) -pthread -MMD -MP

# The agent is built for the target: libc only, static so that a fork of it is cheap and it runs anywhere.
AGENT_CC      ?= $(CC)
AGENT_LDFLAGS ?= -static

sources = $(sort $(wildcard $(addprefix harness/,$(addsuffix /*.c,$(1)))))
objects = $(patsubst harness/%.c,$(BUILD)/$(1)/%.o,$(2))

CHECK_MAIN    := harness/cli/check_main.c harness/cli/check_suite.c
HOST_FOLDERS  := $(filter-out agent tests bench fuzz,$(notdir $(patsubst %/,%,$(wildcard harness/*/))))
HOST_SOURCES  := $(filter-out harness/cli/main.c $(CHECK_MAIN),$(call sources,$(HOST_FOLDERS)))
AGENT_SOURCES := $(call sources,vocabulary agent)
TEST_SOURCES  := $(call sources,tests)

HOST_OBJECTS  := $(call objects,host,$(HOST_SOURCES))
AGENT_OBJECTS := $(call objects,agent,$(AGENT_SOURCES))
TEST_OBJECTS  := $(call objects,host,$(TEST_SOURCES))
MAIN_OBJECT   := $(call objects,host,harness/cli/main.c)
CHECK_OBJECTS := $(call objects,host,$(CHECK_MAIN))
PROGRAMS      := $(addprefix $(BUILD)/fixtures/tutorial/,reference/reader reference/writer published/reader published/writer)
LEAKS         := $(patsubst fixtures/leaks/%.c,%,$(wildcard fixtures/leaks/*.c))
LEAKS         := $(addprefix $(BUILD)/fixtures/leaks/,$(LEAKS) $(addprefix clean/,$(LEAKS)))

# What the tests run under a tracer: as this compiler makes programs, and of the other word size where it can.
# Debian's gcc-12-multilib does not bring the path of asm/.
WORD_32       := -m32 -isystem /usr/include/x86_64-linux-gnu
HAS_WORD_32   := $(shell printf '\043include <errno.h>\nint main(void) { return errno; }\n' | \
                   $(CC) $(WORD_32) -x c -o /dev/null - 2>/dev/null && echo yes)
SPECIMENS     := $(BUILD)/specimen $(BUILD)/specimen-static $(if $(HAS_WORD_32),$(BUILD)/specimen-32)

GENERATED := $(BUILD)/generated/constant_names.inc $(BUILD)/generated/constant_values.inc $(BUILD)/generated/page_files.inc

# What the report page is made of, built into the tool.
PAGE_FILES := $(sort $(wildcard reports/page/*.html reports/page/*.css reports/page/*.js))

LIBRARIES       = $(shell pkg-config --libs jansson libseccomp expat)
CHECK_LIBRARIES = $(shell pkg-config --libs check)

.PHONY: all run check check-page install-deps asan bench soak fuzz deviants programs targets kernel-coverage kernel-mutants format clean tested coverage install help
.DELETE_ON_ERROR:

all: $(BUILD)/ipcdrill $(BUILD)/ipcdrill-agent $(PROGRAMS)

# What make check runs.
tested: all $(BUILD)/ipcdrill-check $(BUILD)/ipcdrill-tests $(BUILD)/fake-agent $(SPECIMENS) $(LEAKS) $(BUILD)/deviants/judge

$(BUILD)/ipcdrill: $(MAIN_OBJECT) $(HOST_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/ipcdrill-check: $(CHECK_OBJECTS) $(HOST_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES) $(CHECK_LIBRARIES)

$(BUILD)/ipcdrill-tests: $(TEST_OBJECTS) $(HOST_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES) $(CHECK_LIBRARIES)

$(BUILD)/ipcdrill-agent: $(AGENT_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(AGENT_CC) $(CFLAGS) -pthread $(AGENT_LDFLAGS) -o $@ $^

$(BUILD)/fake-agent: harness/tests/fakes/fake_agent.c
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(LDFLAGS) -o $@ $<

$(BUILD)/specimen: harness/tests/fakes/specimen.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $<

# The same as other programs may be: without a dynamic linker, and of the other word size where the compiler has it.
$(BUILD)/specimen-static: harness/tests/fakes/specimen.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE $(WARNINGS) -static -pthread -o $@ $<

$(BUILD)/specimen-32: harness/tests/fakes/specimen.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(WORD_32) -std=gnu17 -D_GNU_SOURCE $(WARNINGS) -pthread -o $@ $<

$(BUILD)/host/%.o: harness/%.c | $(GENERATED)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE) -c -o $@ $<

$(BUILD)/agent/%.o: harness/%.c | $(GENERATED)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(patsubst $(CC)%,$(AGENT_CC)%,$(COMPILE)) -c -o $@ $<

# The programs under test. The defects of the published ones are what is judged: no fortification may catch them first.
$(BUILD)/fixtures/tutorial/published/%: CPPFLAGS =

# The compiler sees one of the defects of the published writer: a text without NUL.
COMPILE_FIXTURE = $(CC) -std=gnu17 -D_GNU_SOURCE $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^)

$(BUILD)/fixtures/tutorial/reference/%: fixtures/tutorial/reference/%.c \
        $(addprefix fixtures/tutorial/reference/,channel.c departure.c sem.c channel.h departure.h message.h sem.h)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE_FIXTURE)

$(BUILD)/fixtures/tutorial/published/%: fixtures/tutorial/published/%.c $(addprefix fixtures/tutorial/published/,sem.c sem.h)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE_FIXTURE) -Wno-stringop-truncation -Wno-unknown-warning-option -Wno-unused-result

# Unoptimised, for a byte without a value must stay one, and without the sanitizer of make asan, which Valgrind cannot run.
$(BUILD)/fixtures/leaks/clean/%: fixtures/leaks/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE_FIXTURE) -O0 -g -fno-sanitize=all -DCLEAN=1

$(BUILD)/fixtures/leaks/%: fixtures/leaks/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE_FIXTURE) -O0 -g -fno-sanitize=all -DCLEAN=0

# The names of the constants, for the host; and for the agent the value of each that the target's headers have.
$(BUILD)/generated/constant_names.inc: harness/vocabulary/constants.in
	$(Q)mkdir -p $(@D)
	$(Q)sed -n 's/^\([A-Z][A-Za-z0-9_]*\)$$/"\1",/p' $< > $@

$(BUILD)/generated/constant_values.inc: harness/vocabulary/constants.in
	$(Q)mkdir -p $(@D)
	$(Q)sed -n 's/^\([A-Z][A-Za-z0-9_]*\)$$/#ifdef \1\nCONSTANT("\1", \1)\n#endif/p' $< > $@

$(BUILD)/generated/page_files.inc: $(PAGE_FILES)
	$(Q)mkdir -p $(@D)
	$(Q)for file in $(PAGE_FILES); do \
	    printf 'PAGE_FILE_BEGIN("%s")\n' "$${file##*/}"; \
	    od -An -v -tx1 "$$file" | sed 's/ \(..\)/0x\1,/g'; \
	    printf 'PAGE_FILE_END(%s)\n' "$$(wc -c < "$$file")"; \
	done > $@

# The two commands of the README. Both install what is missing first.
run:
	$(Q)ci/install-deps --group build
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all
	$(Q)$(BUILD)/ipcdrill run

check:
	$(Q)ci/install-deps --group test
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) tested
	$(Q)$(BUILD)/ipcdrill check-syntax
	$(Q)$(BUILD)/ipcdrill clauses --uncovered
	$(Q)CK_DEFAULT_TIMEOUT=60 IPCDRILL=$(BUILD)/ipcdrill IPCDRILL_AGENT=$(BUILD)/ipcdrill-agent IPCDRILL_FAKE_AGENT=$(BUILD)/fake-agent \
	    IPCDRILL_PROGRAMS=$(BUILD)/fixtures IPCDRILL_SPECIMEN=$(BUILD)/specimen $(BUILD)/ipcdrill-tests
	$(Q)$(BUILD)/ipcdrill-check

# The report page in a headless Chromium; skipped, saying so, where there is none.
check-page: all $(BUILD)/deviants/deviant.so $(BUILD)/deviants/ipcdrill-agent
	$(Q)reports/page/tests/run $(BUILD)

install-deps:
	$(Q)ci/install-deps

# Everything once more with sanitizers, in a build of its own. Faults are left alone: tests wait for them.
asan:
	$(Q)ASAN_OPTIONS=handle_segv=0 $(MAKE) --no-print-directory check BUILD=$(BUILD)/asan CFLAGS='$(SANITIZE)' AGENT_LDFLAGS=

SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined

# What the harness costs beside a bare program (the floor), and the whole suite over and over on a busy machine.
BENCH_OBJECTS := $(call objects,host,$(addprefix harness/bench/,plan.c program.c selection.c))
SOAK_REPEATS  ?= 1000

$(BUILD)/bench-floor: harness/bench/floor.c harness/bench/floor_calls.c harness/bench/floor_calls.h
	$(call say,LINK,$@)
	$(Q)$(AGENT_CC) $(STANDARD) $(WARNINGS) $(CFLAGS) $(AGENT_LDFLAGS) -o $@ $(filter %.c,$^)

$(BUILD)/bench-%: $(BUILD)/host/bench/%.o $(BENCH_OBJECTS) $(HOST_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

.SECONDARY: $(BENCH_OBJECTS) $(call objects,host,harness/bench/bench.c harness/bench/soak.c harness/bench/session.c)

bench: all $(BUILD)/bench-bench $(BUILD)/bench-floor $(BUILD)/bench-session $(BUILD)/specimen
	$(Q)rm -rf $(BUILD)/bench && mkdir -p $(BUILD)/bench
	$(Q)$(BUILD)/bench-bench $(BUILD)/ipcdrill $(BUILD)/bench-floor cases $(BUILD)/bench
	$(Q)$(BUILD)/bench-session $(BUILD)/ipcdrill-agent $(BUILD)/specimen make-set post take remove-set greet

soak: all $(BUILD)/bench-soak
	$(Q)rm -rf $(BUILD)/soak && mkdir -p $(BUILD)/soak
	$(Q)$(BUILD)/bench-soak $(BUILD)/ipcdrill cases $(SOAK_REPEATS) $(BUILD)/soak

# Fuzzing: FUZZ_SECONDS for each target. What is found beside the corpus of the tree stays in build/fuzz/.
FUZZ_SECONDS ?= 600
FUZZ_FLAGS   := -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
FUZZ_TARGETS := notation answer arguments record
FUZZ_SOURCES := $(call sources,vocabulary notation) $(addprefix harness/conductor/,answer.c value.c) \
                $(addprefix harness/agent/,arguments.c buffers.c message.c structures.c) \
                $(addprefix harness/supervisor/,record.c text.c) harness/report/results.c

$(BUILD)/fuzz/%: harness/fuzz/fuzz_%.c $(FUZZ_SOURCES) $(wildcard harness/*/*.h harness/vocabulary/*) | $(GENERATED)
	$(call say,FUZZ,$@)
	$(Q)mkdir -p $@-corpus
	$(Q)clang $(STANDARD) $(WARNINGS) $(FUZZ_FLAGS) -o $@ $(filter %.c,$^) $(LIBRARIES)

fuzz: $(addprefix $(BUILD)/fuzz/,$(FUZZ_TARGETS))
	$(Q)for target in $(FUZZ_TARGETS); do \
	    $(BUILD)/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=10 -rss_limit_mb=1024 \
	        -print_final_stats=1 -dict=harness/fuzz/words.dict -artifact_prefix=$(BUILD)/fuzz/$$target- \
	        $(BUILD)/fuzz/$$target-corpus harness/fuzz/corpus/$$target || exit 1; \
	done

# What of the project's own code its tests run (ci/coverage/): floors in percent of lines and of branches.
COVERAGE       := $(BUILD)/coverage
COVERAGE_LINK  := $(COVERAGE)/counters.o -Wl,-T,ci/coverage/counters.ld \
                  -Wl,--wrap=__gcov_dump,--wrap=__gcov_reset,--wrap=__gcov_exit,--wrap=__gcov_fork
COVERAGE_FLAGS := BUILD=$(COVERAGE) CFLAGS='-O0 -g --coverage -fdata-sections -fprofile-update=atomic' \
                  LDFLAGS='$(COVERAGE_LINK)' AGENT_LDFLAGS='-static $(COVERAGE_LINK)'
COVERAGE_FLOORS := reference 100 100 host 90 78 agent 88 75

coverage:
	$(Q)ci/install-deps
	$(Q)mkdir -p $(COVERAGE)
	$(Q)$(CC) -O1 $(WARNINGS) -c -o $(COVERAGE)/counters.o ci/coverage/counters.c
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) $(COVERAGE_FLAGS) tested
	$(Q)ci/coverage/measure start $(COVERAGE)
	$(Q)status=0; CK_TIMEOUT_MULTIPLIER=10 $(MAKE) --no-print-directory $(COVERAGE_FLAGS) check || \
	    { status=1; $(COVERAGE)/ipcdrill-check; }; \
	    ci/coverage/measure report $(COVERAGE) $(COVERAGE_FLOORS) || status=1; exit $$status

# What of the kernel's own ipc/ the suite runs, in a kernel built for that (ci/kernel-lab/README.md).
kernel-coverage: all
	$(Q)ci/kernel-lab/kernel-coverage $(BUILD)/kernel-lab

# Whether the suite notices when that kernel is wrong in small ways.
MUTANTS ?= 60
kernel-mutants: all
	$(Q)ci/kernel-lab/mutants -n $(MUTANTS) $(BUILD)/kernel-lab/uml

# Systems that are wrong on purpose: every one must be caught by the cases of its clause. DEVIANTS="a b": only those.
# Deviants: a library under a dynamic agent, and the judge of whether the cases notice.
DEVIANT_HEADERS := $(wildcard fixtures/deviants/*.h fixtures/deviants/*.def)
JUDGE_SOURCES   := fixtures/deviants/judge.c fixtures/deviants/judgements.c
DEVIANT_SOURCES := $(filter-out $(JUDGE_SOURCES),$(wildcard fixtures/deviants/*.c))

$(BUILD)/deviants/deviant.so: $(DEVIANT_SOURCES) $(DEVIANT_HEADERS)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -fPIC -fvisibility=hidden -shared -Wl,-z,defs -o $@ $(DEVIANT_SOURCES)

$(BUILD)/deviants/ipcdrill-agent: $(AGENT_OBJECTS)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(AGENT_CC) $(CFLAGS) -pthread -o $@ $^

$(BUILD)/deviants/judge: $(JUDGE_SOURCES) $(DEVIANT_HEADERS) $(HOST_OBJECTS)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(STANDARD) $(WARNINGS) $(CFLAGS) $(LDFLAGS) -o $@ $(JUDGE_SOURCES) $(HOST_OBJECTS) $(LIBRARIES)

# Wrong headers: an agent for each, what it tells of them compiled with them.
HEADER_DEVIANTS := $(shell sed -n 's/^HEADER_DEVIANT.\([a-z0-9_]*\),.*/\1/p' fixtures/deviants/headers.def)
HEADER_SOURCES  := harness/agent/facts.c harness/agent/constants.c
HEADER_AGENTS   := $(addprefix $(BUILD)/deviants/agents/,$(HEADER_DEVIANTS))

$(HEADER_AGENTS): $(HEADER_SOURCES) $(AGENT_OBJECTS) $(wildcard fixtures/deviants/headers/*/*.h)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(AGENT_CC) -Ifixtures/deviants/headers -D$(@F) $(STANDARD) $(WARNINGS) $(CFLAGS) -pthread -o $@ $(HEADER_SOURCES) \
	    $(filter-out $(call objects,agent,$(HEADER_SOURCES)),$(AGENT_OBJECTS))

deviants: all $(BUILD)/deviants/deviant.so $(BUILD)/deviants/ipcdrill-agent $(BUILD)/deviants/judge $(HEADER_AGENTS)
	$(Q)$(BUILD)/deviants/judge $(BUILD)/deviants/judged $(DEVIANTS)

# The tool on pairs of programs: the published one has findings and the reference has none, under many schedules; and each mutant of
# the reference has its finding. MUTANTS_OF_PROGRAMS="a b": only those.
PROGRAMS_SCHEDULES ?= 1000
PROGRAMS_PAIR = --schedules $(PROGRAMS_SCHEDULES) --reader $(BUILD)/fixtures/tutorial/$(1)/reader --writer $(BUILD)/fixtures/tutorial/$(1)/writer

programs: all
	$(Q)$(BUILD)/ipcdrill programs $(call PROGRAMS_PAIR,published); [ $$? -eq 1 ]
	$(Q)$(BUILD)/ipcdrill programs $(call PROGRAMS_PAIR,reference)
	$(Q)fixtures/programs/judge-mutants $(BUILD) $(MUTANTS_OF_PROGRAMS)

# The suite on every C library, word size and sanitizer that this machine can build an agent for (ci/targets/).
targets: | install-deps
	$(Q)ci/install-deps --group targets
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all
	$(Q)ci/targets/run --build $(BUILD) $(TARGETS)

format:
	$(Q)clang-format -i $(wildcard harness/*/*.[ch] harness/*/*/*.[ch] fixtures/*/*.[ch] fixtures/*/*/*.[ch])

# The manual pages and the completion of shells, from the tool's own help and cases/README.md.
man: $(BUILD)/man/ipcdrill.1

$(BUILD)/man/ipcdrill.1: $(BUILD)/ipcdrill cases/README.md $(wildcard ci/man/*)
	$(call say,MAN,$@)
	$(Q)ci/man/make-pages $(BUILD)/ipcdrill $(@D)

$(BUILD)/completion/%: $(BUILD)/ipcdrill
	$(Q)mkdir -p $(@D)
	$(Q)$(BUILD)/ipcdrill completion $* > $@

install: all man $(BUILD)/completion/bash $(BUILD)/completion/zsh
	install -D -m 755 $(BUILD)/ipcdrill $(DESTDIR)$(PREFIX)/bin/ipcdrill
	install -D -m 755 $(BUILD)/ipcdrill-agent $(DESTDIR)$(PREFIX)/libexec/ipcdrill/ipcdrill-agent
	cd $(BUILD)/fixtures && for program in $(PROGRAMS:$(BUILD)/fixtures/%=%); do \
	    install -D -m 755 $$program $(abspath $(DESTDIR)$(PREFIX))/libexec/ipcdrill/fixtures/$$program || exit 1; done
	cd cases && find . -type f ! -name "*.md" -exec install -D -m 644 {} $(abspath $(DESTDIR)$(PREFIX))/share/ipcdrill/cases/{} \;
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/ipcdrill README.md cases/tutorial.md
	install -D -m 644 cases/README.md $(DESTDIR)$(PREFIX)/share/doc/ipcdrill/notation.md
	for page in $(BUILD)/man/*.[1-9]; do \
	    install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; done
	install -D -m 644 $(BUILD)/completion/bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ipcdrill
	install -D -m 644 $(BUILD)/completion/zsh $(DESTDIR)$(ZSH_FUNCTIONS)/_ipcdrill

.PHONY: man deb check-ci

# A Debian source package and its binary package, in build/deb; lintian has to find nothing.
deb:
	$(Q)ci/debian/build $(BUILD)/deb

# The recipes of CI and the scripts, as far as linters for them are installed; ci/README.md says what was run for real.
check-ci:
	$(Q)ci/check-recipes

clean:
	rm -rf $(BUILD)

help:
	@echo 'make               build ipcdrill, its agent and the programs it tests'
	@echo 'make run           install what is missing, build, run all cases'
	@echo 'make check         install what is missing, build, test the harness, run all cases under Check'
	@echo 'make check-page     test the report page in Chromium, with Node, where they are'
	@echo 'make asan          make check with the address and undefined behaviour sanitizers'
	@echo 'make bench         speed and memory, as ratios to a bare C program'
	@echo 'make soak          1,000 repeats of all cases beside four busy processes'
	@echo 'make fuzz          fuzz each reader of text for FUZZ_SECONDS (600)'
	@echo 'make deviants      judge 690 systems that are wrong on purpose: the suite must catch each'
	@echo 'make programs      ipcdrill programs on the tutorial pairs, and on 18 mutants of the reference'
	@echo 'make targets       run all cases on each C library, word size and sanitizer built here; compare'
	@echo 'make coverage      what of the reference and the harness the tests run: pages, and floors'
	@echo 'make kernel-coverage  boot two kernels with gcov on ipc/, run all cases in them, print the table'
	@echo 'make kernel-mutants   make that kernel wrong in MUTANTS (60) small ways: does a case notice?'
	@echo 'make format        clang-format everything'
	@echo 'make install       into DESTDIR, PREFIX (/usr/local)'
	@echo 'make man           the manual pages ipcdrill.1 and drill.5, in $(BUILD)/man/'
	@echo 'make deb           Debian source and binary packages, in $(BUILD)/deb/'
	@echo 'make check-ci      lint scripts and the recipes for GitHub, GitLab, containers and LAVA'
	@echo 'make clean         remove $(BUILD)/'
	@echo
	@echo 'V=1 shows commands. BUILD=, CC=, CFLAGS=, AGENT_CC= and AGENT_LDFLAGS= choose how to build.'

-include $(wildcard $(BUILD)/host/*/*.d $(BUILD)/agent/*/*.d)
