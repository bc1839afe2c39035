#include "inject/processes.h"

#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 4096, DEPTH_MAX = 64 };

struct look {
    const struct lives *before;
    struct lives *now;
};

/* A small file of a thread in /proc whole, as text. Returns false when it is gone. */
static bool read_file(char text[TEXT_MAX], pid_t pid, pid_t tid, const char *name)
{
    char path[96];

    snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)pid, (int)tid, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return false;
    ssize_t length = read(file, text, TEXT_MAX - 1);

    close(file);
    text[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/* Calls in which a process may sleep, and how to see that nothing but another process ends it. */
static const struct {
    const char *name;
    int timeout;      /* the argument that limits it; -1: none does */
    uint64_t endless; /* the value of that argument that stands for no limit, truncated to 32 bits */
    bool reads;
} sleeps[] = {
    {"read", -1, 0, true},
    {"readv", -1, 0, true},
    {"recvfrom", -1, 0, true},
    {"recvmsg", -1, 0, true},
    {"poll", 2, UINT32_MAX, true},
    {"ppoll", 2, 0, true},
    {"select", 4, 0, true},
    {"_newselect", 4, 0, true},
    {"pselect6", 4, 0, true},
    {"epoll_wait", 3, UINT32_MAX, true},
    {"epoll_pwait", 3, UINT32_MAX, true},
    {"semop", -1, 0, false},
    {"semtimedop", 3, 0, false},
    {"semtimedop_time64", 3, 0, false},
    {"ipc", 5, 0, false},
    {"msgrcv", -1, 0, false},
    {"msgsnd", -1, 0, false},
    {"pause", -1, 0, false},
    {"rt_sigsuspend", -1, 0, false},
    {"sigsuspend", -1, 0, false},
    {"wait4", -1, 0, false},
    {"waitid", -1, 0, false},
    {"waitpid", -1, 0, false},
    {"futex", 3, 0, false},
    {"flock", -1, 0, false},
    {"fcntl", -1, 0, false},
    {"write", -1, 0, false},
    {"accept", -1, 0, false},
    {"accept4", -1, 0, false},
    {"rt_sigtimedwait", 2, 0, false},
    {"vfork", -1, 0, false},
    {"clone", -1, 0, false},
};

static bool is_file_word32(pid_t pid)
{
    unsigned char head[EI_CLASS + 1];
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool word32 =
        file >= 0 && read(file, head, sizeof(head)) == (ssize_t)sizeof(head) && head[EI_CLASS] == ELFCLASS32;

    if (file >= 0)
        close(file);
    return word32;
}

/* As the last look found, unless the process is new. A program that executes one of another width is not followed. */
static bool is_word32(const struct lives *before, pid_t process)
{
    for (size_t i = 0; i < before->count; i++)
        if (before->lives[i].process == process)
            return before->lives[i].word32;
    return is_file_word32(process);
}

static uint32_t architecture_of(const struct life *life)
{
    uint32_t native = seccomp_arch_native();

    if (!life->word32)
        return native;
    return native == SCMP_ARCH_X86_64 ? SCMP_ARCH_X86 : native == SCMP_ARCH_AARCH64 ? SCMP_ARCH_ARM : native;
}

/* "65 0x0 0x7ffd... 0x1 ...": the call and its arguments. */
static enum rest rest_in(struct life *life, const char *text)
{
    uint64_t arguments[6] = {0};
    char *end;
    long number = strtol(text, &end, 10);

    for (int i = 0; i < 6 && *end == ' '; i++)
        arguments[i] = strtoull(end, &end, 16);
    char *name = seccomp_syscall_resolve_num_arch(architecture_of(life), (int)number);

    if (!name)
        return REST_TIMED;
    snprintf(life->call, sizeof(life->call), "%s", name);
    free(name);
    for (size_t i = 0; i < sizeof(sleeps) / sizeof(*sleeps); i++) {
        if (strcmp(sleeps[i].name, life->call) != 0)
            continue;
        if (sleeps[i].timeout >= 0 && (uint32_t)arguments[sleeps[i].timeout] != (uint32_t)sleeps[i].endless)
            return REST_TIMED;
        return sleeps[i].reads ? REST_READING : REST_FOREVER;
    }
    return REST_TIMED;
}

static enum rest find_rest(struct life *life, char state)
{
    char text[TEXT_MAX];

    if (state == 'T' || state == 't')
        return REST_STOPPED;
    if (state != 'S')
        return state == 'D' ? REST_DEEP : REST_NONE;
    if (!read_file(text, life->process, life->thread, "syscall"))
        return REST_TIMED; /* not told: it sleeps, and nobody knows for how long */
    if (strncmp(text, "running", 7) == 0 || text[0] == '-')
        return REST_NONE;
    return rest_in(life, text);
}

/* The state of /proc/PID/stat, and its fields behind that in *fields. '\0': the thread is gone, or a zombie. */
static char read_state(pid_t process, pid_t thread, char text[TEXT_MAX], char **fields)
{
    if (!read_file(text, process, thread, "stat") || !(*fields = strrchr(text, ')')) || strlen(*fields) < 4)
        return '\0';
    char state = (*fields)[2];

    *fields += 4;
    return state == 'Z' || state == 'X' ? '\0' : state;
}

void life_note_processor(struct life *life)
{
    unsigned long long nanoseconds, slices;
    char text[TEXT_MAX];

    if (read_file(text, life->process, life->thread, "schedstat") &&
        sscanf(text, "%llu %*u %llu", &nanoseconds, &slices) == 2) {
        life->processor_ns = nanoseconds;
        life->slices = slices;
    }
}

bool life_still_runs(const struct life *life)
{
    char text[TEXT_MAX], *fields;
    char state = read_state(life->process, life->thread, text, &fields);

    return state != '\0' && !strchr("SDTt", state);
}

static void look_at_thread(struct look *look, pid_t process, pid_t thread)
{
    char text[TEXT_MAX], *fields;
    char state = read_state(process, thread, text, &fields);

    if (state == '\0' || look->now->count == LIVES_MAX)
        return;
    struct life *life = &look->now->lives[look->now->count++];

    *life = (struct life){.thread = thread, .process = process, .parent = (pid_t)strtol(fields, NULL, 10)};
    life->word32 = is_word32(look->before, process);
    life->rest = find_rest(life, state);
    life_note_processor(life);
}

static void look_below(struct look *look, pid_t process, int depth);

/* The children of a thread: proc_pid_children(5). */
static void look_at_children(struct look *look, pid_t process, pid_t thread, int depth)
{
    char text[TEXT_MAX], *end;

    if (depth == DEPTH_MAX || !read_file(text, process, thread, "children"))
        return;
    for (char *at = text;; at = end) {
        pid_t child = (pid_t)strtol(at, &end, 10);

        if (end == at)
            return;
        look_below(look, child, depth + 1);
    }
}

/* The threads of a process: most often one. */
static void look_below(struct look *look, pid_t process, int depth)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
    DIR *folder = opendir(path);

    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);

        if (thread <= 0)
            continue;
        if (depth > 0)
            look_at_thread(look, process, thread);
        look_at_children(look, process, thread, depth);
    }
    closedir(folder);
}

void processes_look(pid_t first, const struct lives *before, struct lives *now)
{
    struct look look = {before, now};

    now->count = 0;
    look_below(&look, first, 0);
}

void processes_look_at_thread(pid_t process, pid_t thread, const struct lives *before, struct lives *now)
{
    struct look look = {before, now};

    look_at_thread(&look, process, thread);
}

bool processes_are_at_rest(const struct lives *before, const struct lives *now)
{
    if (before->count != now->count)
        return false;
    for (size_t i = 0; i < now->count; i++) {
        const struct life *was = &before->lives[i], *is = &now->lives[i];

        if (was->rest <= REST_DEEP || is->rest <= REST_DEEP || was->thread != is->thread ||
            was->slices != is->slices)
            return false;
    }
    return true;
}

void process_name(pid_t pid, char name[static 17])
{
    char text[TEXT_MAX];

    name[0] = '\0';
    if (read_file(text, pid, pid, "comm"))
        snprintf(name, 17, "%.*s", (int)strcspn(text, "\n"), text);
}
