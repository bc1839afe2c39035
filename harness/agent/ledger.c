/* What the processes of a case made in a namespace that they share. */
#include "agent/ledger.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/calls.h"
#include "agent/credentials.h"

enum {
    CLOSE_ROUNDS_MAX =
        500, /* a call announced needs far less; a process killed within one never comes back */
    CLOSE_ROUND_MS = 1,
};

enum object_kind { OBJECT_NONE, OBJECT_SHM, OBJECT_SEM };

static bool segment_exists(key_t key)
{
    return shmget(key, 0, 0) >= 0 || errno != ENOENT;
}

static bool set_exists(key_t key)
{
    return semget(key, 0, 0) >= 0 || errno != ENOENT;
}

static int remove_segment(int id)
{
    return shmctl(id, IPC_RMID, NULL);
}

static int remove_set(int id)
{
    return semctl(id, 0, IPC_RMID);
}

/* By object_kind. Of both calls the key is the first argument and the flags the third. */
static const struct {
    const char *call;
    bool (*exists)(key_t key);
    int (*remove)(int id);
} kinds[] = {[OBJECT_SHM] = {"shmget", segment_exists, remove_segment},
             [OBJECT_SEM] = {"semget", set_exists, remove_set}};

struct ledger {
    atomic_int pending; /* calls announced and not recorded */
    atomic_int closed;
    atomic_uint count;
    dev_t namespace_device; /* of the namespace that the objects are in */
    ino_t namespace_inode;
    struct {
        atomic_int kind; /* written last: OBJECT_NONE until the id is there */
        int id;
        uid_t creator; /* who may always remove it */
    } objects[LEDGER_OBJECTS_MAX];
};

static struct {
    struct ledger *ledger; /* NULL where there is none */
    int descriptor;
} own = {NULL, LEDGER_NONE};

static _Thread_local enum object_kind announced; /* what the thread's present call makes if it succeeds */

static bool find_namespace(struct stat *status)
{
    return stat("/proc/self/ns/ipc", status) == 0;
}

bool ledger_adopt(int descriptor)
{
    if (descriptor == LEDGER_NONE)
        return true;
    void *memory = mmap(NULL, sizeof(struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED)
        return false;
    own.ledger = memory;
    own.descriptor = descriptor;
    return true;
}

bool ledger_create(void)
{
    int descriptor = (int)syscall(SYS_memfd_create, "ledger", 1U /* MFD_CLOEXEC */);
    if (descriptor < 0)
        return false;
    if (ftruncate(descriptor, sizeof(struct ledger)) != 0 || !ledger_adopt(descriptor))
        return false;
    struct stat status;
    if (find_namespace(&status)) {
        own.ledger->namespace_device = status.st_dev;
        own.ledger->namespace_inode = status.st_ino;
    }
    return true;
}

int ledger_descriptor(void)
{
    return own.descriptor;
}

/* A process may have left the namespace: its identifiers mean other objects here. */
static bool in_the_namespace(void)
{
    struct stat status;
    return !find_namespace(&status) ||
           (status.st_dev == own.ledger->namespace_device && status.st_ino == own.ledger->namespace_inode);
}

static enum object_kind object_made(const char *name, const struct call *call)
{
    enum object_kind kind = OBJECT_SHM;
    while (kind <= OBJECT_SEM && strcmp(kinds[kind].call, name) != 0)
        kind++;
    if (kind > OBJECT_SEM || !in_the_namespace())
        return OBJECT_NONE;
    key_t key = (key_t)INT(0);
    bool may_make = key == IPC_PRIVATE || ((INT(2) & IPC_CREAT) && !kinds[kind].exists(key));
    return may_make ? kind : OBJECT_NONE;
}

bool ledger_announce(const char *name, const struct call *call)
{
    if (!own.ledger)
        return true;
    atomic_fetch_add(&own.ledger->pending, 1);
    if (atomic_load(&own.ledger->closed)) {
        atomic_fetch_sub(&own.ledger->pending, 1);
        return false;
    }
    announced = object_made(name, call);
    if (announced == OBJECT_NONE)
        atomic_fetch_sub(&own.ledger->pending, 1);
    return true;
}

void ledger_record(long long result)
{
    if (announced == OBJECT_NONE)
        return;
    unsigned place = result >= 0 ? atomic_fetch_add(&own.ledger->count, 1) : LEDGER_OBJECTS_MAX;
    if (place < LEDGER_OBJECTS_MAX) {
        own.ledger->objects[place].id = (int)result;
        own.ledger->objects[place].creator = geteuid();
        atomic_store(&own.ledger->objects[place].kind, announced);
    }
    announced = OBJECT_NONE;
    atomic_fetch_sub(&own.ledger->pending, 1);
}

void ledger_close(void)
{
    if (!own.ledger)
        return;
    atomic_store(&own.ledger->closed, 1);
    for (int round = 0; round < CLOSE_ROUNDS_MAX && atomic_load(&own.ledger->pending) > 0; round++)
        poll(NULL, 0, CLOSE_ROUND_MS);
}

/* Root need not have the privilege, as in a container: then as the one who made it. */
static void remove_object(enum object_kind kind, int id, uid_t creator)
{
    if (kinds[kind].remove(id) == 0 || errno != EPERM || seteuid(creator) != 0)
        return;
    kinds[kind].remove(id);
    if (seteuid(getuid()) != 0)
        _exit(1);
    credentials_rearm();
}

void ledger_remove_objects(void)
{
    if (!own.ledger)
        return;
    unsigned count = atomic_load(&own.ledger->count);
    for (unsigned i = 0; i < count && i < LEDGER_OBJECTS_MAX; i++) {
        int kind = atomic_exchange(&own.ledger->objects[i].kind, OBJECT_NONE);
        if (kind != OBJECT_NONE)
            remove_object((enum object_kind)kind, own.ledger->objects[i].id, own.ledger->objects[i].creator);
    }
    atomic_store(&own.ledger->count, 0);
    atomic_store(&own.ledger->pending, 0);
    atomic_store(&own.ledger->closed, 0);
}
