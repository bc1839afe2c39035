/*
 * Who an agent process is, and what the kernel takes away from it when that changes: it no longer dies with
 * its parent, and its /proc entries belong to root.
 */
#ifndef IPCDRILL_AGENT_CREDENTIALS_H
#define IPCDRILL_AGENT_CREDENTIALS_H

#include <stdbool.h>
#include <sys/types.h>

enum { GROUPS_MAX = 32 };

/* The words of an "actor" request: see wire.h. */
struct credentials {
    bool has_uid, has_gid, has_groups, has_capabilities;
    uid_t uid;
    gid_t gid;
    gid_t groups[GROUPS_MAX];
    int group_count;
    unsigned long long capabilities;
    bool all_but; /* the capabilities are those to be dropped */
};

/* Reads "uid=1 gid=2 groups=3,4 caps=ff", each word optional. Returns false when it is anything else. */
bool credentials_read(struct credentials *credentials, const char *text);

/*
 * Takes the credentials on: groups first, the uid last, capabilities after it. Without groups, a change of
 * uid or gid drops the supplementary groups. Returns NULL, or the call that failed, with errno.
 */
const char *credentials_apply(const struct credentials *credentials);

/* Enters a user namespace of its own, where no id is mapped yet. False with errno. */
bool credentials_enter_user_namespace(void);

/*
 * Makes this process, which was `uid` and `gid` outside, root of the user namespace that it has entered. Returns NULL,
 * or the file that could not be written, with errno.
 */
const char *credentials_map_to_root(unsigned uid, unsigned gid);

/* From now on this process dies with its parent; false: no longer, and a child of fork does not either. */
void credentials_die_with_parent(bool die);
bool credentials_dies_with_parent(void);

/* Restores what the kernel clears when credentials change; after every such call. */
void credentials_rearm(void);

/* Does so, and gives the result of the call with its errno. */
long long credentials_changed(long long result);

/* The version 3 interface of capset(2) and capget(2). Returns what the system call returns. */
struct agent_capabilities;
long credentials_set_capabilities(int pid, const struct agent_capabilities *capabilities);
long credentials_get_capabilities(int pid, struct agent_capabilities *capabilities);

#endif
