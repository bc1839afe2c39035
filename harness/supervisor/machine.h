/*
 * The machine as a run may change it: settings that belong to all of it (`sets` lines), and a folder of memory cgroups. A
 * run of cases shares the machine's lock with others (flock(2)) until it comes to an instance for which something has to be
 * set; from then to its end it holds the lock alone. Those instances come behind all others, so that is for a moment. What
 * is changed is a guardian's to put back (guardian.h).
 *
 * One thread, one struct machine; it owns its guardian and its descriptor of the lock.
 */
#ifndef IPCDRILL_MACHINE_H
#define IPCDRILL_MACHINE_H

#include "conductor/conductor.h"
#include "supervisor/guardian.h"
#include "supervisor/instances.h"

struct machine {
    bool refused;                 /* --no-settings */
    int interrupt;                /* a descriptor that is readable when waiting is to end, or -1 */
    void (*waits)(void *context); /* told when other runs are waited for, or NULL */
    void *context;
    int lock; /* -1: there is none, and nothing may be set */
    bool alone;
    const char *never_alone; /* why this run cannot have the machine alone: it has been waited for in vain */
    struct guardian guardian;
    const char *records;
    struct arena arena;
};

/*
 * Begins, waiting first while another run has the machine alone, for 30 s at most. What the guardian of a dead run
 * could not put back is put back now. `refused`: nothing is to be set. Ends with machine_leave.
 */
void machine_enter(struct machine *machine, bool refused);

/*
 * The folder for memory cgroups of this run, made now. Returns NULL with `why` when there can be none. Both live as
 * long as the machine.
 */
const char *machine_make_cgroups(struct machine *machine, const char **why);

/*
 * Makes the settings of an instance, if it has any and is to run with that profile, waiting first until there is no
 * other run, for 30 s at most. What is already so is left alone, and needs neither privilege nor, huge pages apart, to wait.
 * Returns NULL, or why they cannot be had, in `arena`: nothing is then set.
 */
const char *machine_set(struct machine *machine, const struct selected_instance *instance,
                        enum profile profile, struct arena *arena);

/* Puts the old values back. Returns NULL, or what stays changed, in `arena`. */
const char *machine_put_back(struct machine *machine, struct arena *arena);

/* Puts everything back, ends the guardian, lets go of the lock. */
void machine_leave(struct machine *machine);

/* Why this process may set nothing machine-wide, or NULL. */
const char *machine_refuses(const struct machine *machine);

#endif
