/*
 * The command line: one table of options for all subcommands (options.c), and what came of reading it.
 * Strings point into argv or into the table.
 */
#ifndef IPCDRILL_OPTIONS_H
#define IPCDRILL_OPTIONS_H

#include "conductor/conductor.h"
#include "supervisor/instances.h"

enum { OPTION_LIST_MAX = 64 };

/* Which subcommands an option belongs to, as a set. */
enum subcommand_set {
    FOR_RUN = 1,
    FOR_LIST = 2,
    FOR_SHOW = 4,
    FOR_CHECK_SYNTAX = 8,
    FOR_DOCTOR = 16,
    FOR_CHECK = 32, /* ipcdrill-check */
    FOR_CLAUSES = 64,
    FOR_COMPLETION = 128,
    FOR_MERGE = 256,
    FOR_COMPARE = 512,
    FOR_REPORT = 1024,
    FOR_SWEEP = 2048,
    FOR_INTERLEAVE = 4096,
    FOR_LEAKS = 8192,
    FOR_PROGRAMS = 16384,
    FOR_ALL = 32767,
    JUDGES_PROGRAMS = FOR_SWEEP | FOR_INTERLEAVE | FOR_LEAKS | FOR_PROGRAMS,
};

/* A text that may be given several times. */
struct text_list {
    const char *texts[OPTION_LIST_MAX];
    size_t count;
};

struct options {
    long jobs;
    size_t shard, shard_count;
    long repeat;
    bool shuffle;
    bool seed_given;
    uint64_t seed;
    struct text_list filters;
    struct text_list clauses;
    bool fail_fast;
    bool no_settings;
    int timeout_ms;
    int isolation; /* enum isolation */
    int calls;     /* enum calls_route */
    int profile;   /* enum profile */
    const char *agent;
    const char *cases;
    const char *programs;
    const char *output;
    unsigned formats; /* bit i: format_at(i) */
    const char *debug;
    const char *deviant;
    const char *known;
    const char *target;
    bool strict_known;
    double slower;   /* how many times slower makes red; 0: never */
    int all_skipped; /* exit code when nothing ran; EXIT_GOOD unless given */
    bool quiet;
    bool no_colour;
    bool json;
    const char *tier; /* letters of P, L and K; NULL: all */
    bool uncovered;
    struct text_list findings; /* files */
    struct text_list coverage; /* folders of genhtml's pages */
    long keep;                 /* results of earlier runs; 0: none */
    bool print;
    const char *input_file;
    struct text_list typed;
    struct text_list injections;
    struct text_list system_calls;
    bool may_leave;
    bool show_trace;
    const char *reader, *writer; /* commands */
    struct text_list lines;      /* to be typed to the writer */
    const char *end_word, *prompt;
    int segment_key, set_key;
    long preemptions, schedules, random, fault_scenes;
    const char *replay;
    bool valgrind;
    const char *suppressions;
    bool help;
    bool version;
    char **arguments; /* what is no option */
    int argument_count;
};

/*
 * Reads the words behind a subcommand. Returns false when one is wrong, with `problem` (in `arena`) saying
 * which and what was expected.
 */
bool options_read(int argc, char **argv, enum subcommand_set subcommand, struct options *options,
                  struct arena *arena, const char **problem);

/* Prints the options of a subcommand, for its help. */
void options_print(enum subcommand_set subcommand, FILE *out);

/* What others need to know of an option: completion, manuals. The strings are the table's. */
struct option_outline {
    const char *name;
    char letter;         /* '\0': none */
    const char *value;   /* the word for it in the help; NULL: takes none; "[=SEED]": may take one */
    const char *choices; /* the possible values, separated by |; NULL: not a choice */
    const char *help;
};

/* Fills `outline` with the index-th option of a subcommand. Returns false behind the last. */
bool option_at(enum subcommand_set subcommand, size_t index, struct option_outline *outline);

/* What is to be selected, as the supervisor wants it. Shares the lists. */
struct selection options_selection(const struct options *options);

#endif
