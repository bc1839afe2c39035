/*
 * ipcdrill: reads the first word as a subcommand (run, when it is none), its options, and calls it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/subcommand.h"
#include "vocabulary/vocabulary.h"

static const char exit_codes[] =
    "\nExit codes (the highest that applies):\n"
    "  0  everything passed or was skipped\n"
    "  1  a case failed, or ended in error\n"
    "  2  a wrong option, a mistake in a case file (the other files still run), or nothing to run\n"
    "  3  the tool's own trouble: no agent, no worker, reports that cannot be written\n"
    "  128 and the signal's number, when SIGINT (130), SIGTERM (143) or SIGHUP (129) ended the run\n";

/* For vocabulary_nearest. */
static const char *next_name(void *context, size_t index)
{
    const struct subcommand *subcommand = subcommand_at(index);

    (void)context;
    return subcommand ? subcommand->name : NULL;
}

static void print_overview(void)
{
    puts("ipcdrill checks whether System V shared memory and semaphores behave.\n");
    for (size_t i = 0; subcommand_at(i); i++)
        printf("  ipcdrill %-13s %-18s %s\n", subcommand_at(i)->name, subcommand_at(i)->arguments,
               subcommand_at(i)->summary);
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
    const struct subcommand *subcommand = argc > 1 ? subcommand_named(argv[1]) : NULL;
    bool named = subcommand != NULL;
    struct arena arena = {0};
    struct options options;
    const char *problem;

    if (!named && argc > 1 && is_slip(argv[1]))
        return EXIT_USAGE;
    if (!named)
        subcommand = subcommand_at(0);
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
