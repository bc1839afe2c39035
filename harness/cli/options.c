#include "cli/options.h"

#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "cli/option_values.h"
#include "supervisor/supervisor.h"
#include "vocabulary/vocabulary.h"

enum {
    TIMEOUT_DEFAULT_MS = 10 * 1000,
    PREEMPTIONS_DEFAULT = 2,
    SCHEDULES_DEFAULT = 5000,
    FAULT_SCENES_DEFAULT = 1000, /* more than there are */
    OPTIONS_MAX = 64,
    HELP_COLUMN = 28,
};

enum option_kind {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char * */
    OPTION_LIST,   /* struct text_list */
    OPTION_NUMBER, /* long, 1 to `most` */
    OPTION_CHOICE, /* int: the place in `choices`, which are separated by | */
    OPTION_READ,   /* read() */
};

struct option_row {
    const char *name;
    char letter;       /* '\0': none */
    const char *value; /* NULL: takes none; "[=SEED]": may take one */
    const char *help;
    unsigned subcommands;
    enum option_kind kind;
    size_t offset; /* in struct options */
    long most;
    const char *choices;
    bool (*read)(const char *text, struct options *options);
};

#define AT(field) .offset = offsetof(struct options, field)

enum {
    SELECTS = FOR_RUN | FOR_LIST | FOR_CHECK,
    FINDS = FOR_ALL & ~(FOR_COMPLETION | FOR_COMPARE | JUDGES_PROGRAMS),
    STARTS = FOR_RUN | FOR_DOCTOR | FOR_CHECK
};

static const struct option_row rows[] = {
    {"jobs", 'j', "N", "run N instances at a time (default: one for each processor)",
     FOR_RUN | FOR_SWEEP | FOR_INTERLEAVE | FOR_PROGRAMS, OPTION_NUMBER, AT(jobs), .most = JOBS_MAX},
    {"filter", '\0', "TEXT", "only instances with TEXT in \"file: title\", case ignored; several: any",
     SELECTS, OPTION_LIST, AT(filters)},
    {"filter", '\0', "TEXT", "only scenes with TEXT in their name, and nothing else; several: any",
     FOR_PROGRAMS, OPTION_LIST, AT(filters)},
    {"clause", '\0', "ID", "only this clause (SHMGET-07) or group (SHMGET); several: any",
     SELECTS | FOR_CLAUSES, OPTION_LIST, AT(clauses)},
    {"shard", '\0', "I/N", "the I-th of N equal parts; together they are everything", FOR_RUN, OPTION_READ,
     .read = read_shard},
    {"repeat", '\0', "N", "run everything N times", FOR_RUN, OPTION_NUMBER, AT(repeat), .most = 1000000000},
    {"shuffle", '\0', "[=SEED]", "in another order, which the seed gives again", FOR_RUN, OPTION_READ,
     .read = read_shuffle},
    {"fail-fast", '\0', NULL, "end behind the first instance that is not passed or skipped", FOR_RUN,
     OPTION_FLAG, AT(fail_fast)},
    {"no-settings", '\0', NULL, "set nothing machine-wide, as root neither: skip the cases that would",
     FOR_RUN | FOR_CHECK | FOR_DOCTOR, OPTION_FLAG, AT(no_settings)},
    {"timeout", '\0', "TIME", "for a call that must come back: 500ms, 10s (default 10s; no unit: seconds)",
     FOR_RUN | FOR_CHECK, OPTION_READ, .read = read_timeout},
    {"isolation", '\0', "HOW", "full (IPC and PID namespace for each case), ipc, or none (default full)",
     STARTS, OPTION_CHOICE, AT(isolation), .choices = "full|ipc|none"},
    {"calls", '\0', "ROUTE", "libc or raw: through the C library or past it (default libc)", STARTS,
     OPTION_CHOICE, AT(calls), .choices = "libc|raw"},
    {"profile", '\0', "WHOSE", "linux or posix: which answer to require where they differ (default linux)",
     FOR_RUN | FOR_CHECK, OPTION_CHOICE, AT(profile), .choices = "linux|posix"},
    {"agent", '\0', "PATH", "the agent's executable (default: ipcdrill-agent beside this one)",
     STARTS | FOR_SWEEP | FOR_INTERLEAVE | FOR_PROGRAMS | FOR_LEAKS, OPTION_TEXT, AT(agent)},
    {"cases", '\0', "DIR", "the folder of case files (default: $IPCDRILL_CASES, ./cases, the installed ones)",
     FINDS, OPTION_TEXT, AT(cases)},
    {"programs", '\0', "DIR", "the folder that program lines are relative to (default: fixtures beside this)",
     STARTS, OPTION_TEXT, AT(programs)},
    {"output", '\0', "DIR",
     "write reports there (default: ./reports or reports beside the cases, if it exists)",
     FOR_RUN | FOR_MERGE | FOR_LEAKS, OPTION_TEXT, AT(output)},
    {"output", '\0', "DIR", "write the page there (default: html in the folder of reports)", FOR_REPORT,
     OPTION_TEXT, AT(output)},
    {"output", '\0', "DIR", "write findings.json there, for ipcdrill report", FOR_SWEEP | FOR_INTERLEAVE,
     OPTION_TEXT, AT(output)},
    {"output", '\0', "DIR",
     "write findings.json and leaks.json there, for ipcdrill report, and a case for each in cases/",
     FOR_PROGRAMS, OPTION_TEXT, AT(output)},
    {"findings", '\0', "FILE",
     "show these findings too; several (default: findings.json, leaks.json beside the results)", FOR_REPORT,
     OPTION_LIST, AT(findings)},
    {"coverage", '\0', "DIR",
     "link to these pages of genhtml; several (default: coverage/ beside the results)", FOR_REPORT,
     OPTION_LIST, AT(coverage)},
    {"keep", '\0', "N", "keep the results of the N runs before in history/, for ipcdrill report", FOR_RUN,
     OPTION_NUMBER, AT(keep), .most = 1000},
    {"results", '\0', "DIR", "the folder of the run whose verdicts are shown (default: as run's --output)",
     FOR_CLAUSES, OPTION_TEXT, AT(output)},
    {"tier", '\0', "TIERS", "only these: P (POSIX), L (Linux documents it), K (in no document), or PL",
     FOR_CLAUSES, OPTION_TEXT, AT(tier)},
    {"uncovered", '\0', NULL, "only clauses without a case and without a reason; exit 1 if there are any",
     FOR_CLAUSES, OPTION_FLAG, AT(uncovered)},
    {"format", '\0', "LIST",
     "which reports: jsonl, tap, junit (these by default), ktap, junit-file, markdown, github, code-quality, "
     "lava",
     FOR_RUN | FOR_MERGE, OPTION_READ, .read = read_formats},
    {"debug", '\0', "CASE", "run only that one, and wait for Enter before each line", FOR_RUN, OPTION_TEXT,
     AT(debug)},
    {"deviant", '\0', "NAME",
     "judge a system made wrong on purpose (fixtures/deviants/*.def): see what fails", FOR_RUN, OPTION_TEXT,
     AT(deviant)},
    {"known", '\0', "FILE",
     "known deviations (as ci/targets/known.tsv): what it lists is xfail, not red; or xpass, when it passes",
     FOR_RUN | FOR_REPORT, OPTION_TEXT, AT(known)},
    {"target", '\0', "NAME", "what to call this target in reports and for --known (default: what it is)",
     FOR_RUN, OPTION_TEXT, AT(target)},
    {"strict-known", '\0', NULL, "exit 1 for an xpass too: the list of known deviations is out of date",
     FOR_RUN, OPTION_FLAG, AT(strict_known)},
    {"all-skipped", '\0', "CODE",
     "the exit code when all were skipped: 77 for automake, 4 for kselftest (default 0)", FOR_RUN,
     OPTION_READ, .read = read_all_skipped},
    {"quiet", 'q', NULL, "print failures and the total only",
     FOR_RUN | FOR_INTERLEAVE | FOR_PROGRAMS | FOR_MERGE, OPTION_FLAG, AT(quiet)},
    {"slower", '\0', "RATIO", "exit 1 too when an instance takes RATIO times as long, beyond noise (3, 1.5)",
     FOR_COMPARE, OPTION_READ, .read = read_slower},
    {"json", '\0', NULL, "one JSON object a line",
     FOR_LIST | FOR_CLAUSES | FOR_COMPARE | FOR_SWEEP | FOR_INTERLEAVE | FOR_PROGRAMS | FOR_LEAKS,
     OPTION_FLAG, AT(json)},
    {"print", '\0', NULL, "print the files in their canonical form", FOR_CHECK_SYNTAX, OPTION_FLAG,
     AT(print)},
    {"no-color", '\0', NULL, "no colour (also: NO_COLOR set, TERM=dumb, or no terminal)",
     FOR_RUN | FOR_INTERLEAVE | FOR_PROGRAMS | FOR_MERGE | FOR_COMPARE | FOR_LEAKS, OPTION_FLAG,
     AT(no_colour)},
    {"stdin", '\0', "FILE", "what the program reads from a pipe (default: nothing)", FOR_SWEEP | FOR_LEAKS,
     OPTION_TEXT, AT(input_file)},
    {"type", '\0', "LINE",
     "give it a terminal, and type this line when it reads; several: one after the other",
     FOR_SWEEP | FOR_LEAKS, OPTION_LIST, AT(typed)},
    {"inject", '\0', "WHAT",
     "one run with this fault instead of all, e.g. semop:error=EINTR:when=2; several: all", FOR_SWEEP,
     OPTION_LIST, AT(injections)},
    {"syscalls", '\0', "NAME", "sweep this system call too (write, openat ...); several: all", FOR_SWEEP,
     OPTION_LIST, AT(system_calls)},
    {"may-leave", '\0', NULL, "what the undisturbed run leaves behind is meant to stay", FOR_SWEEP,
     OPTION_FLAG, AT(may_leave)},
    {"trace", '\0', NULL, "print the trace of the undisturbed run", FOR_SWEEP, OPTION_FLAG, AT(show_trace)},
    {"reader", '\0', "COMMAND", "the reader of a conversation", FOR_INTERLEAVE | FOR_PROGRAMS, OPTION_TEXT,
     AT(reader)},
    {"writer", '\0', "COMMAND", "the writer of it", FOR_INTERLEAVE | FOR_PROGRAMS, OPTION_TEXT, AT(writer)},
    {"line", '\0', "TEXT", "type this to the writer, all in one go; several (default: message-1, message-2)",
     FOR_INTERLEAVE | FOR_PROGRAMS, OPTION_LIST, AT(lines)},
    {"prompt", '\0', "TEXT",
     "what the writer has to show before it reads a line (default: that is not asked)", FOR_PROGRAMS,
     OPTION_TEXT, AT(prompt)},
    {"end", '\0', "WORD", "the line that ends the conversation, typed last (default: end)",
     FOR_INTERLEAVE | FOR_PROGRAMS, OPTION_TEXT, AT(end_word)},
    {"segment-key", '\0', "KEY", "the key of their segment, 1234 or 0x4d2 (default: what they use)",
     FOR_PROGRAMS, OPTION_READ, .read = read_segment_key},
    {"set-key", '\0', "KEY", "the key of their semaphore set (default: what they use)", FOR_PROGRAMS,
     OPTION_READ, .read = read_set_key},
    {"preemptions", '\0', "N", "schedules with at most N preemptions, 0 to 16 (default 2)",
     FOR_INTERLEAVE | FOR_PROGRAMS, OPTION_READ, .read = read_preemptions},
    {"fault-scenes", '\0', "N",
     "try all faults in at most N scenes (default: in every one that is fit for it)", FOR_PROGRAMS,
     OPTION_NUMBER, AT(fault_scenes), .most = 1000},
    {"schedules", '\0', "N", "stop behind so many schedules (default 5000)", FOR_INTERLEAVE | FOR_PROGRAMS,
     OPTION_NUMBER, AT(schedules), .most = 100000000},
    {"random", '\0', "N", "so many random schedules instead", FOR_INTERLEAVE, OPTION_NUMBER, AT(random),
     .most = 100000000},
    {"seed", '\0', "N", "of the first random schedule; the others have the next numbers (default 1)",
     FOR_INTERLEAVE, OPTION_READ, .read = read_shuffle},
    {"replay", '\0', "SCHEDULE", "one run under this schedule, and its trace", FOR_INTERLEAVE, OPTION_TEXT,
     AT(replay)},
    {"valgrind", '\0', NULL, "run it under Valgrind's memcheck too: lost memory, bytes without a value",
     FOR_LEAKS, OPTION_FLAG, AT(valgrind)},
    {"valgrind", '\0', NULL,
     "run programs under test under Valgrind's memcheck: what it finds fails the case", FOR_RUN, OPTION_FLAG,
     AT(valgrind)},
    {"valgrind", '\0', NULL, "make every run a second time under Valgrind's memcheck (slow)",
     FOR_SWEEP | FOR_INTERLEAVE | FOR_PROGRAMS, OPTION_FLAG, AT(valgrind)},
    {"suppressions", '\0', "FILE", "what memcheck is to keep to itself (valgrind's own format)",
     FOR_RUN | JUDGES_PROGRAMS, OPTION_TEXT, AT(suppressions)},
    {"help", 'h', NULL, "print this", FOR_ALL, OPTION_FLAG, AT(help)},
    {"version", '\0', NULL, "print the version", FOR_ALL, OPTION_FLAG, AT(version)},
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

_Static_assert((int)ROW_COUNT < (int)OPTIONS_MAX, "OPTIONS_MAX");

static bool read_choice(const char *choices, const char *text, int *choice)
{
    size_t length = strlen(text);

    for (int i = 0; *choices; i++) {
        size_t size = strcspn(choices, "|");

        if (size == length && strncmp(choices, text, size) == 0) {
            *choice = i;
            return true;
        }
        choices += size;
        choices += *choices == '|';
    }
    return false;
}

static bool read_list(struct text_list *list, const char *text)
{
    if (list->count == OPTION_LIST_MAX)
        return false;
    list->texts[list->count++] = text;
    return true;
}

static bool apply(const struct option_row *row, const char *text, struct options *options)
{
    void *field = (char *)options + row->offset;
    unsigned long long number;

    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case OPTION_TEXT:
        *(const char **)field = text;
        return *text != '\0';
    case OPTION_LIST:
        return read_list(field, text);
    case OPTION_NUMBER:
        if (!read_number(text, 1, (unsigned long long)row->most, &number))
            return false;
        *(long *)field = (long)number;
        return true;
    case OPTION_CHOICE:
        return read_choice(row->choices, text, field);
    case OPTION_READ:
        return row->read(text, options);
    }
    return false;
}

bool option_at(enum subcommand_set subcommand, size_t index, struct option_outline *outline)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct option_row *row = &rows[i];

        if (!(row->subcommands & subcommand) || index-- != 0)
            continue;
        *outline = (struct option_outline){row->name, row->letter, row->value, row->choices, row->help};
        return true;
    }
    return false;
}

/* For vocabulary_nearest: the options of one subcommand, to which `context` points. */
static const char *next_name(void *context, size_t index)
{
    const enum subcommand_set *subcommand = context;
    struct option_outline outline;

    return option_at(*subcommand, index, &outline) ? outline.name : NULL;
}

static const char *explain_unknown(const char *word, int letter, enum subcommand_set subcommand,
                                   struct arena *arena)
{
    if (letter)
        return arena_print(arena, "unknown option -%c; see --help", letter);
    const char *name = word + strspn(word, "-");
    const char *bare = arena_copy(arena, name, strcspn(name, "="));
    const char *nearest = vocabulary_nearest(bare, next_name, &subcommand);

    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strcmp(rows[i].name, bare) == 0 && (rows[i].subcommands & subcommand) && !rows[i].value)
            return arena_print(arena, "--%s takes no value", bare);
    }
    if (nearest)
        return arena_print(arena, "unknown option --%s; did you mean --%s?", bare, nearest);
    return arena_print(arena, "unknown option --%s; see --help", bare);
}

/* Fills getopt's two tables with the options of a subcommand; val is the row's number behind the letters. */
static void make_tables(enum subcommand_set subcommand, struct option *longs, char *shorts)
{
    *shorts++ = ':';
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct option_row *row = &rows[i];

        if (!(row->subcommands & subcommand))
            continue;
        int takes = !row->value ? no_argument : *row->value == '[' ? optional_argument : required_argument;

        *longs++ = (struct option){row->name, takes, NULL, UCHAR_MAX + 1 + i};
        if (row->letter) {
            *shorts++ = row->letter;
            if (row->value)
                *shorts++ = ':';
        }
    }
    *longs = (struct option){0};
    *shorts = '\0';
}

static const struct option_row *row_of(int value)
{
    if (value > UCHAR_MAX)
        return &rows[value - UCHAR_MAX - 1];
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].letter == value)
            return &rows[i];
    }
    return NULL;
}

bool options_read(int argc, char **argv, enum subcommand_set subcommand, struct options *options,
                  struct arena *arena, const char **problem)
{
    struct option longs[OPTIONS_MAX];
    char shorts[2 * OPTIONS_MAX + 2];
    int value;

    *options = (struct options){.repeat = 1,
                                .timeout_ms = TIMEOUT_DEFAULT_MS,
                                .preemptions = PREEMPTIONS_DEFAULT,
                                .schedules = SCHEDULES_DEFAULT,
                                .fault_scenes = FAULT_SCENES_DEFAULT,
                                .seed = 1};
    make_tables(subcommand, longs, shorts);
    opterr = 0;
    optind = 1;
    while ((value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (value == '?') {
            bool is_letter = optopt != 0 && optopt <= UCHAR_MAX;

            *problem = explain_unknown(argv[optind - 1], is_letter ? optopt : 0, subcommand, arena);
            return false;
        }
        const struct option_row *row = row_of(value == ':' ? optopt : value);

        if (value == ':') {
            *problem = arena_print(arena, "--%s needs a value: %s", row->name, row->help);
            return false;
        }
        if (!apply(row, optarg, options)) {
            *problem = arena_print(arena, "--%s cannot be '%s'; %s: %s", row->name, optarg ? optarg : "",
                                   row->value ? row->value : "", row->help);
            return false;
        }
    }
    options->arguments = argv + optind;
    options->argument_count = argc - optind;
    return true;
}

void options_print(enum subcommand_set subcommand, FILE *out)
{
    struct option_outline row;

    for (size_t i = 0; option_at(subcommand, i, &row); i++) {
        char letter[] = {'-', row.letter, ',', '\0'};
        bool optional = row.value && *row.value == '[';
        int width = fprintf(out, "  %-3s --%s%s%s", row.letter ? letter : "", row.name,
                            row.value && !optional ? " " : "", row.value ? row.value : "");

        fprintf(out, "%*s%s\n", width < HELP_COLUMN ? HELP_COLUMN - width : 1, "", row.help);
    }
}

struct selection options_selection(const struct options *options)
{
    return (struct selection){
        .filters = options->filters.texts,
        .filter_count = options->filters.count,
        .clauses = options->clauses.texts,
        .clause_count = options->clauses.count,
        .shard = options->shard,
        .shard_count = options->shard_count,
        .repeat = (size_t)options->repeat,
        .shuffle = options->shuffle,
        .seed = options->seed,
    };
}
