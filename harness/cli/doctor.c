/*
 * ipcdrill doctor: what this machine can run, tried for real by the conductor, and facts about the sandbox
 * that explain what it cannot.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/places.h"
#include "cli/subcommand.h"
#include "cli/suite.h"
#include "conductor/needs.h"
#include "supervisor/processors.h"
#include "supervisor/record.h"

enum { FACT_BYTES_MAX = 128 };

struct fact {
    const char *path;
    const char *meaning;
};

static const struct fact facts[] = {
    {"/proc/sys/kernel/yama/ptrace_scope", "above 0, gdb and strace attach to an actor only as root"},
    {"/proc/sys/kernel/unprivileged_userns_clone", "0 forbids user namespaces to others than root (Debian)"},
    {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
     "1 takes the capabilities from them (Ubuntu); --isolation none still works"},
    {"/proc/sys/user/max_user_namespaces", "0 forbids user namespaces"},
    {"/proc/sys/user/max_ipc_namespaces", "0 forbids IPC namespaces"},
    {"/proc/sys/kernel/shmmax", "the largest segment, in bytes"},
    {"/proc/sys/kernel/shmmni", "how many segments there may be"},
    {"/proc/sys/kernel/sem", "semaphores a set, in all, operations a semop, sets"},
};

static void print_facts(void)
{
    puts("\nfacts");
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        char text[FACT_BYTES_MAX] = "";
        FILE *file = fopen(facts[i].path, "re");

        if (!file)
            continue;
        if (fgets(text, sizeof(text), file))
            text[strcspn(text, "\n")] = '\0';
        fclose(file);
        for (char *tab = strchr(text, '\t'); tab; tab = strchr(tab, '\t'))
            *tab = ' ';
        printf("  %s = %s\n      %s\n", facts[i].path + strlen("/proc/sys/"), text, facts[i].meaning);
    }
}

static void print_machine(void)
{
    struct utsname name;

    uname(&name);
    printf("machine     %s %s, %s, %d processors, uid %d\n", name.sysname, name.release, name.machine,
           processors_count(), (int)geteuid());
}

static void print_isolation(const struct conductor *conductor, enum isolation asked)
{
    const char *why = NULL;
    enum isolation isolation = conductor_isolation(conductor, &why);

    printf("isolation   %s", isolation_name(isolation));
    if (isolation != asked)
        printf(" instead of %s: %s", isolation_name(asked), why ? why : "no reason given");
    putchar('\n');
}

static void print_need(struct conductor *conductor, const struct need *need, const char *text)
{
    const char *missing = need_missing(conductor, text);

    printf("  %-8s %-28s %s\n", missing ? "missing" : "met", text, need->meaning);
    if (missing)
        printf("           why: %s\n           how: %s\n", missing, need->remedy);
}

/* The texts behind `needs` in all cases that name `need`, each once. In `arena`. */
static struct word *asked_for(const struct suite *suite, const struct need *need, struct arena *arena)
{
    struct word *asked = NULL;

    for (const struct case_file *file = suite->files; file; file = file->next) {
        for (const struct drill_case *each = file->cases; each; each = each->next) {
            for (const struct word *text = each->needs; text; text = text->next) {
                struct word *known = asked;

                while (known && strcmp(known->text, text->text) != 0)
                    known = known->next;
                if (known || need_find(text->text) != need)
                    continue;
                struct word *word = arena_take(arena, sizeof(*word));

                *word = (struct word){.text = text->text, .next = asked};
                asked = word;
            }
        }
    }
    return asked;
}

/* A need that takes an argument is tried with those that the cases give it. */
static void print_needs(struct conductor *conductor, const struct suite *suite)
{
    struct arena arena = {0};

    puts("\nneeds");
    for (size_t i = 0; need_at(i); i++) {
        const struct need *need = need_at(i);

        if (!*need->argument)
            print_need(conductor, need, need->name);
        else
            for (const struct word *text = asked_for(suite, need, &arena); text; text = text->next)
                print_need(conductor, need, text->text);
    }
    arena_free(&arena);
}

int doctor_subcommand(const struct options *options)
{
    struct arena arena = {0};
    struct conductor_options conductor_options;
    struct conductor *conductor = NULL;
    const char *problem = "unknown";

    print_machine();
    if (conductor_options_from(options, &conductor_options, &arena, &problem)) {
        printf("agent       %s\n", conductor_options.agent);
        conductor = conductor_start(&conductor_options, &arena, &problem);
    }
    struct suite suite;

    suite_read(&suite, options);
    printf("cases       %s\n", suite.folder ? suite.folder : "none found");
    if (conductor) {
        printf("libc        %s (the agent's)\n", conductor_libc(conductor));
        print_isolation(conductor, conductor_options.isolation);
        print_needs(conductor, &suite);
    } else {
        printf("cannot run: %s\n", problem);
    }
    print_facts();
    conductor_stop(conductor);
    suite_free(&suite);
    arena_free(&arena);
    return conductor ? EXIT_GOOD : EXIT_TROUBLE;
}
