/*
 * The floor of what a suite can cost: a bare program that makes the processes, namespaces and system calls of a
 * plan (plan.h) and nothing else. No text, no socket, no matching; processes wait for each other's ends only.
 *
 *     bench-floor PLAN JOBS
 *
 * The plan is read before the clock starts. Then JOBS workers, each on a processor of its own, take instances off
 * one counter. For each a case process with an IPC and a PID namespace makes the objects, forks the actors, and
 * waits for them. Prints the nanoseconds that took. Exit codes: 0, 2 usage, 3 trouble.
 */
#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/floor_calls.h"

enum { EXIT_USAGE = 2, EXIT_TROUBLE = 3, JOBS_MAX = 256 };

static const char exec_word[] = "exec"; /* the argument of an image that ends at once */

struct planned_call {
    floor_call *call;
    unsigned long times;
};

struct planned_actor {
    struct planned_call *calls;
    size_t call_count;
    bool execs; /* ends in a fresh image */
};

struct planned_instance {
    struct planned_actor *actors;
    size_t actor_count;
    bool segment, set;
};

struct plan {
    struct planned_instance *instances;
    size_t instance_count;
};

static _Noreturn void die(const char *what)
{
    perror(what);
    _exit(EXIT_TROUBLE);
}

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);

    if (!memory)
        die("calloc");
    return memory;
}

static size_t count_of(const char *text, char sign)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == sign;
    return count;
}

/* Reads "shmget shmat*70000". The first shmget and semget of an instance are left to the case process. */
static void read_actor(char *text, struct planned_actor *actor, struct planned_instance *instance)
{
    char *rest = NULL;

    actor->calls = take(count_of(text, ' ') + 1, sizeof(*actor->calls));
    for (char *name = strtok_r(text, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        char *times = strchr(name, '*');

        if (times)
            *times++ = '\0';
        bool makes_segment = strcmp(name, "shmget") == 0 && !instance->segment;
        bool makes_set = strcmp(name, "semget") == 0 && !instance->set;

        instance->segment |= floor_needs_segment(name);
        instance->set |= floor_needs_set(name);
        if (strcmp(name, exec_word) == 0)
            actor->execs = true;
        else if (!makes_segment && !makes_set)
            actor->calls[actor->call_count++] = (struct planned_call){
                .call = floor_call_find(name), .times = times ? strtoul(times, NULL, 10) : 1};
    }
}

/* Reads "shmget shmat|shmat peek". */
static void read_instance(char *line, struct planned_instance *instance)
{
    instance->actors = take(count_of(line, '|') + 1, sizeof(*instance->actors));
    while (line) {
        char *actor = strsep(&line, "|");

        read_actor(actor, &instance->actors[instance->actor_count++], instance);
    }
}

static struct plan read_plan(const char *path)
{
    FILE *file = fopen(path, "re");
    struct plan plan = {0};
    char *line = NULL;
    size_t size = 0, capacity = 0;
    ssize_t length;

    if (!file)
        die(path);
    while ((length = getline(&line, &size, file)) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (plan.instance_count == capacity) {
            capacity = capacity ? 2 * capacity : 1024;
            plan.instances = reallocarray(plan.instances, capacity, sizeof(*plan.instances));
            if (!plan.instances)
                die("reallocarray");
        }
        struct planned_instance *instance = &plan.instances[plan.instance_count++];

        *instance = (struct planned_instance){0};
        read_instance(line, instance);
    }
    free(line);
    fclose(file);
    return plan;
}

static _Noreturn void be_actor(const struct planned_actor *planned, int segment, int set)
{
    struct floor_actor actor = {.segment = segment, .set = set, .descriptor = -1};

    for (const struct planned_call *call = planned->calls; call < planned->calls + planned->call_count;
         call++)
        for (unsigned long i = 0; i < call->times; i++)
            call->call(&actor);
    if (planned->execs)
        execl("/proc/self/exe", exec_word, exec_word, (char *)NULL);
    _exit(0);
}

static _Noreturn void be_case(const struct planned_instance *instance)
{
    int segment = instance->segment ? floor_make_segment() : -1;
    int set = instance->set ? floor_make_set() : -1;

    for (size_t i = 0; i < instance->actor_count; i++) {
        pid_t pid = fork();

        if (pid == 0)
            be_actor(&instance->actors[i], segment, set);
        if (pid < 0)
            die("fork");
    }
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    _exit(0);
}

/* Not root: the namespaces of a case need a user namespace around them. */
static pid_t fork_case(void)
{
    struct clone_args arguments = {.flags = CLONE_NEWIPC | CLONE_NEWPID, .exit_signal = SIGCHLD};
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));

    if (pid < 0 && errno == EPERM && unshare(CLONE_NEWUSER) == 0)
        pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
    if (pid < 0)
        die("clone3");
    return pid;
}

static _Noreturn void be_worker(const struct plan *plan, atomic_size_t *next, int processor)
{
    cpu_set_t one;
    size_t position;

    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    if (sched_setaffinity(0, sizeof(one), &one) != 0)
        die("sched_setaffinity");
    while ((position = atomic_fetch_add(next, 1)) < plan->instance_count) {
        int status;
        pid_t pid = fork_case();

        if (pid == 0)
            be_case(&plan->instances[position]);
        if (waitpid(pid, &status, 0) != pid || status != 0)
            _exit(EXIT_TROUBLE);
    }
    _exit(0);
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The processor of worker `turn` among those that this process may use. */
static int processor_at(int turn)
{
    cpu_set_t set;
    int processor = 0;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        die("sched_getaffinity");
    for (int left = turn % CPU_COUNT(&set);; processor++)
        if (CPU_ISSET(processor, &set) && left-- == 0)
            return processor;
}

/* Returns whether every worker did all it took. */
static bool run_plan(const struct plan *plan, int jobs)
{
    atomic_size_t *next =
        mmap(NULL, sizeof(*next), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool good = true;
    int status;

    if (next == MAP_FAILED)
        die("mmap");
    for (int i = 0; i < jobs; i++) {
        pid_t pid = fork();

        if (pid == 0)
            be_worker(plan, next, processor_at(i));
        if (pid < 0)
            die("fork");
    }
    while (waitpid(-1, &status, 0) > 0)
        good &= status == 0;
    return good;
}

int main(int argument_count, char **arguments)
{
    if (argument_count == 2 && strcmp(arguments[1], exec_word) == 0)
        return 0;
    int jobs = argument_count == 3 ? atoi(arguments[2]) : 0;

    if (jobs < 1 || jobs > JOBS_MAX) {
        fputs("usage: bench-floor PLAN JOBS\n", stderr);
        return EXIT_USAGE;
    }
    struct plan plan = read_plan(arguments[1]);
    int64_t start_ns = now_ns();

    if (!run_plan(&plan, jobs))
        return EXIT_TROUBLE;
    printf("%lld\n", (long long)(now_ns() - start_ns));
    return 0;
}
