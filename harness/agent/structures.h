/*
 * Structures between their text on the wire and their bytes on the target, field by field as structures.def
 * has them. The bytes are the caller's.
 */
#ifndef IPCDRILL_AGENT_STRUCTURES_H
#define IPCDRILL_AGENT_STRUCTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/message.h"

/* The agent's own forms in structures.def, which its calls turn into what the C library wants. */
struct agent_sigaction {
    long handler; /* enum wire_disposition */
    long flags;
};

struct agent_capability_header {
    int pid;
};

struct agent_capabilities {
    unsigned long long effective, permitted, inheritable;
};

struct agent_status {
    int status;
};

/*
 * The structures of before Linux 2.3.22, which ipc(2) of 32-bit programs gives where IPC_64 is not asked for: linux/ipc.h,
 * linux/shm.h, linux/sem.h.
 */
struct agent_old_ipc_perm {
    int32_t key;
    uint16_t uid, gid, cuid, cgid, mode, seq;
};

struct agent_old_shmid_ds {
    struct agent_old_ipc_perm shm_perm;
    int32_t shm_segsz, shm_atime, shm_dtime, shm_ctime;
    uint16_t shm_cpid, shm_lpid, shm_nattch, unused;
    uint32_t unused2, unused3;
};

struct agent_old_shminfo {
    int32_t shmmax, shmmin, shmmni, shmseg, shmall;
};

struct agent_old_semid_ds {
    struct agent_old_ipc_perm sem_perm;
    int32_t sem_otime, sem_ctime;
    uint32_t sem_base, sem_pending, sem_pending_last, undo;
    uint16_t sem_nsems;
};

/* The bytes of one structure of that name on the target, or 0 for a name that structures.def does not have.
 */
size_t structure_size(const char *structure);

/*
 * Fills `bytes`, which are zero, from text such as {sem_num=0,sem_op=-1} or {0,-1} or, for an element without
 * fields, 5. Gives the end of the text read in `end`; returns false when it is not that structure.
 */
bool structure_read(const char *structure, const char *text, const char **end, unsigned char *bytes);

/* Appends the fields as {name=value,...}, or the plain value of an element without fields. */
void structure_write(struct message *message, const char *structure, const unsigned char *bytes);

/* As structure_write, with the counts behind the fields that tell what was filled: see wire.h. */
void structure_write_filled(struct message *message, const char *structure, const unsigned char *bytes);

#endif
