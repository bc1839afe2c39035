/* Ids, groups and capabilities. */
#include "agent/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/message.h"
#include "agent/structures.h"

/* linux/capability.h, which not every C library brings along. */
enum { CAPABILITY_VERSION_3 = 0x20080522, CAPABILITY_WORDS = 2 };

struct kernel_capability_header {
    unsigned version;
    int pid;
};

struct kernel_capabilities {
    unsigned effective, permitted, inheritable;
};

static bool dies_with_parent;

void credentials_rearm(void)
{
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    if (dies_with_parent)
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

long long credentials_changed(long long result)
{
    int error = errno;
    credentials_rearm();
    errno = error;
    return result;
}

void credentials_die_with_parent(bool die)
{
    dies_with_parent = die;
    credentials_rearm();
}

bool credentials_dies_with_parent(void)
{
    return dies_with_parent;
}

/* Each reads one value of an "actor" request and gives its end. */
typedef void word_reader(struct credentials *credentials, const char *text, char **end);

static void read_uid(struct credentials *credentials, const char *text, char **end)
{
    credentials->has_uid = true;
    credentials->uid = (uid_t)strtoul(text, end, 10);
}

static void read_gid(struct credentials *credentials, const char *text, char **end)
{
    credentials->has_gid = true;
    credentials->gid = (gid_t)strtoul(text, end, 10);
}

static void read_groups(struct credentials *credentials, const char *text, char **end)
{
    credentials->has_groups = true;
    *end = (char *)text;
    while (**end && **end != ' ' && credentials->group_count < GROUPS_MAX) {
        credentials->groups[credentials->group_count++] = (gid_t)strtoul(text, end, 10);
        if (**end != ',')
            break;
        text = *end + 1;
    }
}

static void read_capabilities(struct credentials *credentials, const char *text, char **end)
{
    credentials->has_capabilities = true;
    credentials->all_but = *text == '~';
    credentials->capabilities = strtoull(text + credentials->all_but, end, 16);
}

static const struct {
    const char *word;
    word_reader *read;
} words[] = {{"uid=", read_uid}, {"gid=", read_gid}, {"groups=", read_groups}, {"caps=", read_capabilities}};

enum { WORD_COUNT = sizeof(words) / sizeof(words[0]) };

bool credentials_read(struct credentials *credentials, const char *text)
{
    memset(credentials, 0, sizeof(*credentials));
    while (*text == ' ') {
        text++;
        size_t i = 0;
        while (i < WORD_COUNT && strncmp(text, words[i].word, strlen(words[i].word)) != 0)
            i++;
        if (i == WORD_COUNT)
            return false;
        char *end;
        words[i].read(credentials, text + strlen(words[i].word), &end);
        text = end;
    }
    return *text == '\0';
}

static bool changes_ids(const struct credentials *credentials)
{
    return (credentials->has_uid && credentials->uid != geteuid()) ||
           (credentials->has_gid && credentials->gid != getegid());
}

static bool set_exact_capabilities(const struct credentials *credentials)
{
    struct agent_capabilities exactly = {0};
    unsigned long long mask = credentials->capabilities;
    if (credentials->all_but) {
        if (credentials_get_capabilities(0, &exactly) != 0)
            return false;
        mask = exactly.permitted & ~mask;
    }
    exactly = (struct agent_capabilities){mask, mask, 0};
    return credentials_set_capabilities(0, &exactly) == 0;
}

const char *credentials_apply(const struct credentials *credentials)
{
    bool drop_groups = !credentials->has_groups && changes_ids(credentials) && getgroups(0, NULL) > 0;
    if ((credentials->has_groups || drop_groups) &&
        setgroups((size_t)credentials->group_count, credentials->groups) != 0)
        return "setgroups";
    if (credentials->has_gid && setresgid(credentials->gid, credentials->gid, credentials->gid) != 0)
        return "setresgid";
    if (credentials->has_capabilities && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
        return "PR_SET_KEEPCAPS";
    if (credentials->has_uid && setresuid(credentials->uid, credentials->uid, credentials->uid) != 0)
        return "setresuid";
    if (credentials->has_capabilities && !set_exact_capabilities(credentials))
        return "capset";
    return NULL;
}

static bool write_file(const char *path, const char *text, size_t length)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool written = write(file, text, length) == (ssize_t)length;
    int error = errno;
    close(file);
    errno = error;
    return written;
}

/* Writes "0 ID 1": this namespace's root is ID outside. */
static bool map_root_to(const char *path, unsigned id)
{
    char text[32];
    struct message line = message_in(text, sizeof(text));
    message_word(&line, "0 ");
    message_unsigned(&line, id);
    message_word(&line, " 1");
    return write_file(path, text, line.length);
}

bool credentials_enter_user_namespace(void)
{
    if (unshare(CLONE_NEWUSER) != 0)
        return false;
    credentials_rearm();
    return true;
}

/* user_namespaces(7): gid_map only after setgroups is denied; the files are ours only while we are dumpable. */
const char *credentials_map_to_root(unsigned uid, unsigned gid)
{
    if (!write_file("/proc/self/setgroups", "deny", strlen("deny")))
        return "setgroups";
    if (!map_root_to("/proc/self/gid_map", gid))
        return "gid_map";
    if (!map_root_to("/proc/self/uid_map", uid))
        return "uid_map";
    return NULL;
}

long credentials_set_capabilities(int pid, const struct agent_capabilities *capabilities)
{
    struct kernel_capability_header header = {CAPABILITY_VERSION_3, pid};
    struct kernel_capabilities sets[CAPABILITY_WORDS];
    for (int i = 0; i < CAPABILITY_WORDS; i++) {
        int shift = 32 * i;
        sets[i] = (struct kernel_capabilities){(unsigned)(capabilities->effective >> shift),
                                               (unsigned)(capabilities->permitted >> shift),
                                               (unsigned)(capabilities->inheritable >> shift)};
    }
    return syscall(SYS_capset, &header, sets);
}

long credentials_get_capabilities(int pid, struct agent_capabilities *capabilities)
{
    struct kernel_capability_header header = {CAPABILITY_VERSION_3, pid};
    struct kernel_capabilities sets[CAPABILITY_WORDS];
    long result = syscall(SYS_capget, &header, sets);
    if (result != 0)
        return result;
    *capabilities = (struct agent_capabilities){0, 0, 0};
    for (int i = CAPABILITY_WORDS - 1; i >= 0; i--) {
        capabilities->effective = capabilities->effective << 32 | sets[i].effective;
        capabilities->permitted = capabilities->permitted << 32 | sets[i].permitted;
        capabilities->inheritable = capabilities->inheritable << 32 | sets[i].inheritable;
    }
    return 0;
}
