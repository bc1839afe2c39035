/*
 * ipcdrill: reads the first word as a subcommand (run, when it is none), its options, and calls it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/subcommand.h"
#include "vocabulary/vocabulary.h"

struct subcommand {
    const char *name;
    const char *arguments;
    const char *summary;
    enum subcommand_set set;
    subcommand_function *function;
    const char *about;
    const char *examples;
};

static const struct subcommand subcommands[] = {
    {"run", "[FILE|FOLDER]...", "run cases and report (the default)", FOR_RUN, run_subcommand,
     "Runs every case of the files, of the *.drill files below the folders, or of the whole folder of "
     "cases.\n"
     "Reports are written to reports/ if there is one, or to --output.\n",
     "  ipcdrill                                    everything\n"
     "  ipcdrill run cases/shmget                   one folder\n"
     "  ipcdrill run --clause SHMGET-07             the cases of one clause\n"
     "  ipcdrill run --filter 'last detach'         what has that in its file or title\n"
     "  ipcdrill run -j 4 --repeat 100 --shuffle    looking for flakes\n"
     "  ipcdrill run --shard 2/5 --output out       the second of five CI machines\n"
     "  ipcdrill run --calls raw --isolation ipc    past the C library, with IPC namespaces only\n"
     "  ipcdrill run --debug 'last detach'          stops before each line: attach gdb or strace\n"},
    {"list", "[FILE|FOLDER]...", "list cases: place, title, clauses", FOR_LIST, list_subcommand,
     "Lists cases, one a line; where a case has a table, how many instances it makes.\n"
     "--json gives for each: file, line, title, instances, clauses, needs, linux.\n",
     "  ipcdrill list\n"
     "  ipcdrill list --clause SHMCTL\n"
     "  ipcdrill list --json | jq -r .title\n"},
    {"clauses", "", "list clauses: their cases and verdicts", FOR_CLAUSES, clauses_subcommand,
     "Lists every clause of clauses.tsv: tier, the verdict of the last run, its cases, the sentence.\n"
     "--json gives for each: clause, tier, source, requirement, reason, cases, verdict.\n",
     "  ipcdrill clauses\n"
     "  ipcdrill clauses --clause SEMOP --tier PL\n"
     "  ipcdrill clauses --uncovered\n"},
    {"show", "CASE", "print one case as it will run", FOR_SHOW, show_subcommand,
     "Prints the case that CASE names: a title, a part of one, or FILE:LINE. Cells of tables are filled in.\n"
     "Where several match they are listed.\n",
     "  ipcdrill show 'removal waits for the last detach'\n"
     "  ipcdrill show shmget/existing.drill:14\n"},
    {"check-syntax", "[FILE|FOLDER]...", "check case files without running them", FOR_CHECK_SYNTAX,
     check_syntax_subcommand, "Reads and checks case files and prints every mistake with its place.\n",
     "  ipcdrill check-syntax\n"
     "  ipcdrill check-syntax mine.drill\n"
     "  ipcdrill check-syntax --print mine.drill    the file in its canonical form\n"},
    {"doctor", "", "say what this machine can run", FOR_DOCTOR, doctor_subcommand,
     "Tries every need that a case can have, and says how to enable what is missing.\n",
     "  ipcdrill doctor\n"
     "  sudo ipcdrill doctor\n"
     "  ipcdrill doctor --isolation none\n"},
};

enum { SUBCOMMAND_COUNT = sizeof(subcommands) / sizeof(subcommands[0]) };

static const char exit_codes[] =
    "\nExit codes (the highest that applies):\n"
    "  0  everything passed or was skipped\n"
    "  1  a case failed, or ended in error\n"
    "  2  a wrong option, a mistake in a case file (the other files still run), or nothing to run\n"
    "  3  the tool's own trouble: no agent, no worker, reports that cannot be written\n"
    "  128 and the signal's number, when SIGINT (130), SIGTERM (143) or SIGHUP (129) ended the run\n";

static const struct subcommand *find_subcommand(const char *name)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        if (strcmp(subcommands[i].name, name) == 0)
            return &subcommands[i];
    }
    return NULL;
}

static const char *next_name(void *context, size_t index)
{
    (void)context;
    return index < SUBCOMMAND_COUNT ? subcommands[index].name : NULL;
}

static void print_overview(void)
{
    puts("ipcdrill checks whether System V shared memory and semaphores behave.\n");
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        printf("  ipcdrill %-13s %-18s %s\n", subcommands[i].name, subcommands[i].arguments,
               subcommands[i].summary);
    printf("\n`ipcdrill SUBCOMMAND --help` tells more and gives examples.\n%s", exit_codes);
}

static void print_help(const struct subcommand *subcommand)
{
    printf("usage: ipcdrill %s [OPTION]... %s\n\n%s\nOptions:\n", subcommand->name, subcommand->arguments,
           subcommand->about);
    options_print(subcommand->set, stdout);
    printf("\nExamples:\n%s%s", subcommand->examples, exit_codes);
}

/* A first word that is neither a subcommand nor a file may be a slip of the fingers. */
static bool is_slip(const char *word)
{
    if (*word == '-' || access(word, F_OK) == 0)
        return false;
    const char *nearest = vocabulary_nearest(word, next_name, NULL);

    fprintf(stderr, "ipcdrill: '%s' is neither a subcommand nor a file", word);
    if (nearest)
        fprintf(stderr, "; did you mean %s?", nearest);
    fputs("\nSee ipcdrill --help.\n", stderr);
    return true;
}

/* Results that never arrived must not look like success. */
static int close_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fputs("ipcdrill: standard output cannot be written\n", stderr);
    return code > EXIT_TROUBLE ? code : EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    const struct subcommand *subcommand = argc > 1 ? find_subcommand(argv[1]) : NULL;
    bool named = subcommand != NULL;
    struct arena arena = {0};
    struct options options;
    const char *problem;

    if (!named && argc > 1 && is_slip(argv[1]))
        return EXIT_USAGE;
    if (!named)
        subcommand = &subcommands[0];
    if (!options_read(argc - named, argv + named, subcommand->set, &options, &arena, &problem)) {
        fprintf(stderr, "ipcdrill %s: %s\n", subcommand->name, problem);
        arena_free(&arena);
        return EXIT_USAGE;
    }
    int code = EXIT_GOOD;

    if (options.version)
        puts("ipcdrill " IPCDRILL_VERSION);
    else if (options.help && !named)
        print_overview();
    else if (options.help)
        print_help(subcommand);
    else
        code = subcommand->function(&options);
    arena_free(&arena);
    return close_output(code);
}
