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
#include "supervisor/machine.h"
#include "supervisor/processors.h"
#include "supervisor/record.h"
#include "vocabulary/settings.h"

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

/* Adds those of `texts` that are asked for and not yet in the list. */
static void collect(const struct word *texts, bool asked_for(const char *text, const void *what),
                    const void *what, struct word **list, struct arena *arena)
{
    for (const struct word *text = texts; text; text = text->next) {
        const struct word *known = *list;

        while (known && strcmp(known->text, text->text) != 0)
            known = known->next;
        if (known || strchr(text->text, '<') || !asked_for(text->text, what)) /* a column is no name */
            continue;
        struct word *word = arena_take(arena, sizeof(*word));

        *word = (struct word){.text = text->text, .next = *list};
        *list = word;
    }
}

static bool names_need(const char *text, const void *need)
{
    return need_find(text) == need;
}

static bool names_setting(const char *text, const void *setting)
{
    return setting_find(text) == setting;
}

/* The texts behind `needs` in all cases that name `need`, each once. In `arena`. */
static struct word *asked_for(const struct suite *suite, const struct need *need, struct arena *arena)
{
    struct word *asked = NULL;

    for (const struct case_file *file = suite->files; file; file = file->next)
        for (const struct drill_case *each = file->cases; each; each = each->next)
            collect(each->needs, names_need, need, &asked, arena);
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

/* What a setting is now, for huge pages how many there are. */
static void print_value(const struct setting *setting)
{
    char path[SETTING_PATH_MAX + 32], text[FACT_BYTES_MAX] = "nothing to be read\n";

    snprintf(path, sizeof(path), "%s%s", setting->path, setting->is_hugepages ? "/free_hugepages" : "");
    FILE *file = fopen(path, "re");

    if (file) {
        if (!fgets(text, sizeof(text), file))
            *text = '\0';
        fclose(file);
    }
    text[strcspn(text, "\n")] = '\0';
    printf("           %s is %s\n", path, text);
}

/* What the cases set of the whole machine, and whether a run would. */
static void print_settings(const struct machine *machine, const struct suite *suite)
{
    struct arena arena = {0};
    const char *refused = machine_refuses(machine);

    printf("\nsettings (made for one case at a time, at the end of a run, and put back; --no-settings skips "
           "them)\n");
    if (refused)
        printf("  none is made: %s\n", refused);
    for (size_t i = 0; setting_at(i); i++) {
        struct word *texts = NULL;
        struct setting setting;

        for (const struct case_file *file = suite->files; file; file = file->next)
            for (const struct drill_case *each = file->cases; each; each = each->next)
                collect(each->settings, names_setting, setting_at(i), &texts, &arena);
        for (const struct word *text = texts; text; text = text->next) {
            printf("  %-37s %s\n", text->text, setting_at(i)->meaning);
            if (setting_read(text->text, &setting))
                print_value(&setting);
        }
    }
    arena_free(&arena);
}

int doctor_subcommand(const struct options *options)
{
    struct arena arena = {0};
    struct conductor_options conductor_options;
    struct conductor *conductor = NULL;
    struct machine machine;
    const char *problem = "unknown";

    machine_enter(&machine, options->no_settings);
    print_machine();
    if (conductor_options_from(options, &conductor_options, &arena, &problem)) {
        printf("agent       %s\n", conductor_options.agent);
        conductor_options.memory_cgroups =
            machine_make_cgroups(&machine, &conductor_options.no_memory_cgroups);
        conductor = conductor_start(&conductor_options, &arena, &problem);
    }
    struct suite suite;

    suite_read(&suite, options);
    printf("cases       %s\n", suite.folder ? suite.folder : "none found");
    if (conductor) {
        printf("libc        %s (the agent's)\n", conductor_libc(conductor));
        print_isolation(conductor, conductor_options.isolation);
        print_needs(conductor, &suite);
        print_settings(&machine, &suite);
    } else {
        printf("cannot run: %s\n", problem);
    }
    print_facts();
    conductor_stop(conductor);
    machine_leave(&machine);
    suite_free(&suite);
    arena_free(&arena);
    return conductor ? EXIT_GOOD : EXIT_TROUBLE;
}
