#include "bench/floor_calls.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FLOOR_KEY = 0x5eed, FLOOR_BYTES = 4096 };

int floor_make_segment(void)
{
    return shmget(FLOOR_KEY, FLOOR_BYTES, IPC_CREAT | 0600);
}

int floor_make_set(void)
{
    return semget(FLOOR_KEY, 1, IPC_CREAT | 0600);
}

static void find_segment(struct floor_actor *actor)
{
    actor->segment = shmget(FLOOR_KEY, 0, 0);
}

static void attach(struct floor_actor *actor)
{
    void *address = shmat(actor->segment, NULL, 0);

    if (address != (void *)-1)
        actor->attached = address;
}

static void detach(struct floor_actor *actor)
{
    shmdt(actor->attached);
    actor->attached = NULL;
}

static void look_at_segment(struct floor_actor *actor)
{
    struct shmid_ds status;

    shmctl(actor->segment, IPC_STAT, &status);
}

static void touch(struct floor_actor *actor)
{
    volatile char *byte = actor->attached;

    if (byte)
        *byte = 1;
}

static void find_set(struct floor_actor *actor)
{
    actor->set = semget(FLOOR_KEY, 0, 0);
}

static void add_one(struct floor_actor *actor)
{
    struct sembuf operation = {0, 1, 0};

    semop(actor->set, &operation, 1);
}

static void look_at_set(struct floor_actor *actor)
{
    semctl(actor->set, 0, GETVAL);
}

static void make_key(struct floor_actor *actor)
{
    (void)actor;
    ftok("/", 1);
}

static void map_page(struct floor_actor *actor)
{
    void *address = mmap(NULL, FLOOR_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (address != MAP_FAILED)
        actor->mapped = address;
}

static void unmap_page(struct floor_actor *actor)
{
    if (!actor->mapped)
        map_page(actor);
    munmap(actor->mapped, FLOOR_BYTES);
    actor->mapped = NULL;
}

static void protect_page(struct floor_actor *actor)
{
    mprotect(actor->attached ? actor->attached : actor->mapped, FLOOR_BYTES, PROT_READ | PROT_WRITE);
}

static void lock_page(struct floor_actor *actor)
{
    mlock(actor->attached ? actor->attached : actor->mapped, FLOOR_BYTES);
}

static void unlock_page(struct floor_actor *actor)
{
    munlock(actor->attached ? actor->attached : actor->mapped, FLOOR_BYTES);
}

static void advise(struct floor_actor *actor)
{
    madvise(actor->attached ? actor->attached : actor->mapped, FLOOR_BYTES, MADV_NORMAL);
}

static void read_whole(const char *path)
{
    char text[4096];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    while (read(descriptor, text, sizeof(text)) > 0)
        continue;
    close(descriptor);
}

static void read_sysctl(struct floor_actor *actor)
{
    char text[64];
    int descriptor = open("/proc/sys/kernel/shmmax", O_RDONLY | O_CLOEXEC);

    (void)actor;
    if (read(descriptor, text, sizeof(text)) >= 0)
        close(descriptor);
}

static void read_status(struct floor_actor *actor)
{
    (void)actor;
    read_whole("/proc/self/status");
}

static void read_maps(struct floor_actor *actor)
{
    (void)actor;
    read_whole("/proc/self/maps");
}

static void read_segments(struct floor_actor *actor)
{
    (void)actor;
    read_whole("/proc/sysvipc/shm");
}

static void read_sets(struct floor_actor *actor)
{
    (void)actor;
    read_whole("/proc/sysvipc/sem");
}

static void open_null(struct floor_actor *actor)
{
    actor->descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
}

static void close_null(struct floor_actor *actor)
{
    close(actor->descriptor);
    actor->descriptor = -1;
}

static void install_handler(struct floor_actor *actor)
{
    struct sigaction action = {.sa_handler = SIG_IGN};

    (void)actor;
    sigaction(SIGUSR1, &action, NULL);
}

static void signal_oneself(struct floor_actor *actor)
{
    (void)actor;
    kill(getpid(), 0);
}

static void look_for_child(struct floor_actor *actor)
{
    (void)actor;
    waitpid(-1, NULL, WNOHANG);
}

static void leave_namespace(struct floor_actor *actor)
{
    (void)actor;
    unshare(CLONE_NEWIPC);
}

static void keep_user(struct floor_actor *actor)
{
    (void)actor;
    if (setresuid((uid_t)-1, (uid_t)-1, (uid_t)-1) != 0)
        _exit(1);
}

static void keep_group(struct floor_actor *actor)
{
    (void)actor;
    if (setresgid((gid_t)-1, (gid_t)-1, (gid_t)-1) != 0)
        _exit(1);
}

static void drop_groups(struct floor_actor *actor)
{
    (void)actor;
    setgroups(0, NULL);
}

static void keep_limit(struct floor_actor *actor)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

    (void)actor;
    setrlimit(RLIMIT_CPU, &limit);
}

static void read_limit(struct floor_actor *actor)
{
    struct rlimit limit;

    (void)actor;
    getrlimit(RLIMIT_CPU, &limit);
}

static void read_clock(struct floor_actor *actor)
{
    struct timespec now;

    (void)actor;
    clock_gettime(CLOCK_MONOTONIC, &now);
}

static void mask_modes(struct floor_actor *actor)
{
    (void)actor;
    umask(022);
}

/* What the end or the start of an actor already does. */
static void do_nothing(struct floor_actor *actor)
{
    (void)actor;
}

static void ask_parent(struct floor_actor *actor)
{
    (void)actor;
    getppid();
}

enum object { NO_OBJECT, SEGMENT, SET };

static const struct {
    const char *name;
    floor_call *call;
    enum object needs;
} calls[] = {
    {"shmget", find_segment, SEGMENT},
    {"shmat", attach, SEGMENT},
    {"shmdt", detach, SEGMENT},
    {"shmctl", look_at_segment, SEGMENT},
    {"poke", touch, NO_OBJECT},
    {"peek", touch, NO_OBJECT},
    {"semget", find_set, SET},
    {"semop", add_one, SET},
    {"semtimedop", add_one, SET},
    {"semctl", look_at_set, SET},
    {"ftok", make_key, NO_OBJECT},
    {"mmap", map_page, NO_OBJECT},
    {"munmap", unmap_page, NO_OBJECT},
    {"mprotect", protect_page, NO_OBJECT},
    {"madvise", advise, NO_OBJECT},
    {"mlock", lock_page, NO_OBJECT},
    {"mlock2", lock_page, NO_OBJECT},
    {"munlock", unlock_page, NO_OBJECT},
    {"maps", read_maps, NO_OBJECT},
    {"procfs", read_status, NO_OBJECT},
    {"sysctl", read_sysctl, NO_OBJECT},
    {"sysvipc_shm", read_segments, NO_OBJECT},
    {"sysvipc_sem", read_sets, NO_OBJECT},
    {"open", open_null, NO_OBJECT},
    {"close", close_null, NO_OBJECT},
    {"sigaction", install_handler, NO_OBJECT},
    {"kill", signal_oneself, NO_OBJECT},
    {"fork", do_nothing, NO_OBJECT},
    {"clone", do_nothing, NO_OBJECT},
    {"exit", do_nothing, NO_OBJECT},
    {"umask", mask_modes, NO_OBJECT},
    {"wait4", look_for_child, NO_OBJECT},
    {"unshare", leave_namespace, NO_OBJECT},
    {"setuid", keep_user, NO_OBJECT},
    {"seteuid", keep_user, NO_OBJECT},
    {"setreuid", keep_user, NO_OBJECT},
    {"setresuid", keep_user, NO_OBJECT},
    {"setgid", keep_group, NO_OBJECT},
    {"setegid", keep_group, NO_OBJECT},
    {"setregid", keep_group, NO_OBJECT},
    {"setresgid", keep_group, NO_OBJECT},
    {"setgroups", drop_groups, NO_OBJECT},
    {"setrlimit", keep_limit, NO_OBJECT},
    {"getrlimit", read_limit, NO_OBJECT},
    {"clock_gettime", read_clock, NO_OBJECT},
};

enum { CALL_COUNT = sizeof(calls) / sizeof(calls[0]) };

/* The place of that name in the table, or CALL_COUNT. */
static int place_of(const char *name)
{
    int place = 0;

    while (place < CALL_COUNT && strcmp(calls[place].name, name) != 0)
        place++;
    return place;
}

static bool needs(const char *name, enum object object)
{
    int place = place_of(name);

    return place < CALL_COUNT && calls[place].needs == object;
}

floor_call *floor_call_find(const char *name)
{
    int place = place_of(name);

    return place < CALL_COUNT ? calls[place].call : ask_parent;
}

bool floor_needs_segment(const char *name)
{
    return needs(name, SEGMENT);
}

bool floor_needs_set(const char *name)
{
    return needs(name, SET);
}
