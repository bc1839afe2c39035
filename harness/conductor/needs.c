#include "conductor/needs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "conductor/instance.h"
#include "conductor/memory_cgroup.h"
#include "vocabulary/settings.h"

/* One need under decision: a scratch case to try it in, and where the reason goes. */
struct trial {
    struct conductor *conductor;
    const char *argument;
    struct arena *arena;
    struct channel first; /* of the scratch case; -1: not open */
};

/* A reason that the need is not met, or NULL. */
typedef const char *decide(struct trial *trial);

static struct answer *ask(struct trial *trial, const char *request)
{
    struct target *target = &trial->conductor->target;
    const char *problem = NULL;

    if (trial->first.descriptor < 0 && !target_open_case(target, &trial->first, trial->arena, &problem)) {
        struct answer *trouble = arena_take(trial->arena, sizeof(*trouble));

        *trouble = (struct answer){.kind = ANSWER_TROUBLE, .trouble = problem};
        return trouble;
    }
    return target_ask(target, &trial->first, trial->arena, -1, request);
}

static const char *told(const struct answer *answer)
{
    return answer->trouble ? answer->trouble : answer->name ? answer->name : "an unexpected answer";
}

static const char *decide_root(struct trial *trial)
{
    if (trial->conductor->target.user_namespace || geteuid() != 0)
        return arena_print(trial->arena, "the runner is uid %u", (unsigned)geteuid());
    return NULL;
}

/* Starts an actor of another user. False with the reason. */
static bool start_stranger(struct trial *trial, struct channel *actor, const char **missing)
{
    static const char request[] = "actor uid=65533 gid=65533 groups=65532";
    char message[512];
    int agent_end;

    *missing = "no case can be opened";
    if (ask(trial, "getpid")->kind != ANSWER_RETURNED || !channel_open(actor, &agent_end))
        return false;
    channel_send(&trial->first, request, sizeof(request) - 1, &agent_end, 1);
    close(agent_end);
    *missing = "no other uid can be taken";
    if (channel_receive(actor, message, sizeof(message), trial->conductor->options.timeout_ms) ==
        CHANNEL_MESSAGE) {
        const struct answer *answer = answer_read(message, trial->arena);

        if (answer->kind == ANSWER_HELLO)
            return true;
        *missing = arena_print(trial->arena, "no other uid can be taken (%s)", told(answer));
    }
    channel_close(actor);
    return false;
}

static const char *decide_uids(struct trial *trial)
{
    struct channel actor;
    const char *missing;

    if (!start_stranger(trial, &actor, &missing))
        return missing;
    channel_close(&actor);
    return NULL;
}

/* Where the runner is no root, it is itself the ordinary user, and has made one already. */
static const char *decide_unprivileged_user_namespace(struct trial *trial)
{
    const struct target *target = &trial->conductor->target;
    const struct value *flag = target_constant(target, "CLONE_NEWUSER");
    const char *missing;
    struct channel actor;

    if (target->user_namespace)
        return NULL;
    if (!flag || !start_stranger(trial, &actor, &missing))
        return flag ? missing : "the target does not define CLONE_NEWUSER";
    const struct answer *answer = target_ask(
        target, &actor, trial->arena, -1, arena_print(trial->arena, "unshare %lld", (long long)flag->number));

    channel_close(&actor);
    return answer->kind == ANSWER_RETURNED ? NULL : arena_print(trial->arena, "unshare: %s", told(answer));
}

static const char *decide_namespace_capability(struct trial *trial)
{
    const struct value *bit = target_constant(&trial->conductor->target, trial->argument);
    const struct answer *answer = ask(trial, "capget capability_header{pid=0} capabilities?");
    const struct value *output = answer_output(answer, 1);
    const struct value *effective = output ? value_field(output, "effective") : NULL;

    if (!bit || !effective)
        return "the target knows no such capability";
    return effective->number >> bit->number & 1 ? NULL : "the runner does not have it";
}

static const char *decide_capability(struct trial *trial)
{
    const char *missing = decide_namespace_capability(trial);

    if (!missing && trial->conductor->target.user_namespace)
        return "the runner has it only in a user namespace of its own";
    return missing;
}

static const char *decide_ipc_namespace(struct trial *trial)
{
    const char *why = NULL;

    if (conductor_isolation(trial->conductor, &why) != ISOLATION_NONE)
        return NULL;
    return why ? why : "--isolation=none";
}

static const char *decide_user_namespace(struct trial *trial)
{
    const struct value *flag = target_constant(&trial->conductor->target, "CLONE_NEWUSER");

    if (!flag)
        return "the target does not define CLONE_NEWUSER";
    const struct answer *answer =
        ask(trial, arena_print(trial->arena, "unshare %lld", (long long)flag->number));

    return answer->kind == ANSWER_RETURNED ? NULL : arena_print(trial->arena, "unshare: %s", told(answer));
}

static const char *decide_sysctl(struct trial *trial)
{
    const char *missing = decide_ipc_namespace(trial);

    if (missing)
        return missing; /* never touch the machine's own limits */
    const struct answer *answer = ask(trial, "sysctl \"kernel.shmmni\" 4000");

    return answer->kind == ANSWER_RETURNED ? NULL
                                           : arena_print(trial->arena, "kernel.shmmni: %s", told(answer));
}

/* Compares dotted numbers: less than, equal to or greater than 0 as strcmp. */
static long compare_versions(const char *one, const char *other)
{
    for (;;) {
        char *one_end, *other_end;
        long difference = strtol(one, &one_end, 10) - strtol(other, &other_end, 10);

        if (difference || *other_end != '.')
            return difference;
        one = *one_end == '.' ? one_end + 1 : "0";
        other = other_end + 1;
    }
}

static const char *decide_linux(struct trial *trial)
{
    struct utsname name;

    uname(&name);
    if (strcmp(name.sysname, "Linux") != 0)
        return arena_print(trial->arena, "the kernel is %s", name.sysname);
    return compare_versions(name.release, trial->argument) >= 0
               ? NULL
               : arena_print(trial->arena, "the kernel is %s", name.release);
}

static const char *decide_machine(struct trial *trial)
{
    const char *machine = trial->conductor->target.machine;

    if (!machine)
        return "the agent does not tell its machine";
    return strcmp(machine, trial->argument) == 0 ? NULL
                                                 : arena_print(trial->arena, "the machine is %s", machine);
}

static const char *decide_word(struct trial *trial)
{
    const struct value *bits = target_constant(&trial->conductor->target, "WORD_BITS");

    if (!bits)
        return "the agent does not tell";
    return bits->number == atoi(trial->argument)
               ? NULL
               : arena_print(trial->arena, "the agent is built for %d bits", (int)bits->number);
}

static const char *decide_disposable(struct trial *trial)
{
    return trial->conductor->options.disposable ? NULL : "IPCDRILL_DISPOSABLE is not 1";
}

static const char *decide_plain_agent(struct trial *trial)
{
    const struct value *sanitized = target_constant(&trial->conductor->target, "AGENT_IS_SANITIZED");

    return sanitized && sanitized->number ? "the agent is built with a sanitizer" : NULL;
}

static const char *decide_calls(struct trial *trial)
{
    const char *route = trial->conductor->options.calls == CALLS_RAW ? "raw" : "libc";

    return strcmp(route, trial->argument) == 0 ? NULL
                                               : arena_print(trial->arena, "calls are made by %s", route);
}

static const char *decide_max_map_count(struct trial *trial)
{
    const struct answer *answer = ask(trial, "sysctl \"vm.max_map_count\"");

    if (answer->kind != ANSWER_RETURNED || answer->value.kind != VALUE_NUMBER)
        return arena_print(trial->arena, "vm.max_map_count: %s", told(answer));
    return answer->value.number <= atoi(trial->argument)
               ? NULL
               : arena_print(trial->arena, "vm.max_map_count is %d", (int)answer->value.number);
}

static const char *decide_next_id(struct trial *trial)
{
    const struct answer *answer = ask(trial, "sysctl \"kernel.sem_next_id\"");

    return answer->kind == ANSWER_RETURNED
               ? NULL
               : arena_print(trial->arena, "kernel.sem_next_id: %s", told(answer));
}

static const char *decide_address_space(struct trial *trial)
{
    const struct target *target = &trial->conductor->target;
    const struct value *private = target_constant(target, "MAP_PRIVATE"),
                       *anonymous = target_constant(target, "MAP_ANONYMOUS"),
                       *unreserved = target_constant(target, "MAP_NORESERVE");

    if (!private || !anonymous || !unreserved)
        return "the target does not define MAP_NORESERVE";
    const struct answer *answer =
        ask(trial, arena_print(trial->arena, "mmap 0 %llu 0 %lld -1 0", size_read(trial->argument),
                               (long long)(private->number | anonymous->number | unreserved->number)));

    return answer->kind == ANSWER_RETURNED
               ? NULL
               : arena_print(trial->arena, "%s in one piece: %s", trial->argument, told(answer));
}

/* A segment needs memory of the kernel. */
static const char *decide_fail_nth(struct trial *trial)
{
    const struct answer *answer = ask(trial, "fail_nth 1 shmget 0 4096 896");

    if (answer->kind == ANSWER_TROUBLE)
        return answer->trouble;
    return answer->kind == ANSWER_FAILED && answer->fired > 0
               ? NULL
               : "no allocation fails (failslab/ignore-gfp-wait of debugfs must be N)";
}

static const char *decide_hugetlb(struct trial *trial)
{
    const struct answer *answer = ask(trial, "sysctl \"vm.nr_hugepages\"");

    return answer->kind == ANSWER_RETURNED ? NULL
                                           : arena_print(trial->arena, "vm.nr_hugepages: %s", told(answer));
}

/* In kB, as /proc/meminfo says. */
static const char *decide_hugepages(struct trial *trial)
{
    const struct answer *answer = ask(trial, "procfs \"/proc/meminfo\" \"Hugepagesize\"");

    if (answer->kind != ANSWER_RETURNED || answer->value.kind != VALUE_NUMBER)
        return arena_print(trial->arena, "Hugepagesize of /proc/meminfo: %s", told(answer));
    return answer->value.number << 10 == size_read(trial->argument)
               ? NULL
               : arena_print(trial->arena, "they are of %d kB", (int)answer->value.number);
}

/* One is made, with a limit that no process tries. */
static const char *decide_memory_cgroup(struct trial *trial)
{
    enum { BYTES = 8 << 20 };
    struct conductor *conductor = trial->conductor;
    const char *folder = conductor->options.memory_cgroups, *problem = NULL;

    if (!folder)
        return conductor->options.no_memory_cgroups ? conductor->options.no_memory_cgroups
                                                    : "this run has no folder for them";
    const char *name = arena_print(trial->arena, "%d.%u", (int)getpid(), conductor->cgroup_count++);
    const char *path = memory_cgroup_make(folder, name, BYTES, MEMORY_EXCESS_KILLS, &problem, trial->arena);

    if (path)
        memory_cgroup_remove(path);
    return problem;
}

static const struct {
    const char *name;
    decide *decide;
} deciders[] = {
    {"root", decide_root},
    {"uids", decide_uids},
    {"CAP_", decide_capability},
    {"namespace_capability", decide_namespace_capability},
    {"ipc_namespace", decide_ipc_namespace},
    {"user_namespace", decide_user_namespace},
    {"unprivileged_user_namespace", decide_unprivileged_user_namespace},
    {"sysctl", decide_sysctl},
    {"linux", decide_linux},
    {"machine", decide_machine},
    {"word", decide_word},
    {"disposable", decide_disposable},
    {"plain_agent", decide_plain_agent},
    {"calls", decide_calls},
    {"next_id", decide_next_id},
    {"max_map_count", decide_max_map_count},
    {"address_space", decide_address_space},
    {"fail_nth", decide_fail_nth},
    {"hugetlb", decide_hugetlb},
    {"hugepages", decide_hugepages},
    {"memory_cgroup", decide_memory_cgroup},
};

static const char *decide_need(struct conductor *conductor, const struct need *need, const char *text)
{
    struct arena arena = {0};
    struct trial trial = {.conductor = conductor,
                          .argument = need_argument(text),
                          .arena = &arena,
                          .first = {.descriptor = -1}};
    const char *missing = "not known how to decide it";

    for (size_t i = 0; i < sizeof(deciders) / sizeof(*deciders); i++)
        if (strcmp(deciders[i].name, need->name) == 0)
            missing = deciders[i].decide(&trial);
    if (trial.first.descriptor >= 0 && conductor->target.isolation != ISOLATION_FULL)
        ask(&trial, "end");
    channel_close(&trial.first);
    if (missing)
        missing = arena_print(&conductor->arena, "needs %s: %s", text, missing);
    arena_free(&arena);
    return missing;
}

const char *need_missing(struct conductor *conductor, const char *text)
{
    const struct need *need = need_find(text);

    for (const struct decided_need *decided = conductor->needs; decided; decided = decided->next)
        if (strcmp(decided->text, text) == 0)
            return decided->missing;
    struct decided_need *decided = arena_take(&conductor->arena, sizeof(*decided));

    decided->text = arena_copy(&conductor->arena, text, strlen(text));
    decided->missing = need ? decide_need(conductor, need, text) : "no such need";
    decided->next = conductor->needs;
    conductor->needs = decided;
    return decided->missing;
}
