/*
 * The ids that an ordinary user may use in a user namespace beside its own: subuid(5), subgid(5). They are mapped by
 * newuidmap(1) and newgidmap(1), which the system trusts with it; nothing here has a privilege.
 */
#ifndef IPCDRILL_SUBORDINATE_IDS_H
#define IPCDRILL_SUBORDINATE_IDS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Maps the ids of a process that has just entered a user namespace: 0 is this process's user and group, those from 1 on
 * are subordinate. False: nothing is mapped; the system has no such ids for this user, or no such programs.
 */
bool subordinate_ids_map(pid_t process);

#endif
