/* Credentials and limits. */
#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "agent/calls.h"
#include "agent/credentials.h"
#include "agent/structures.h"

/* ABIs that began with ids of 16 bits have a second number for those of 32. */
#ifdef SYS_setuid32
#define SYS_ID(name) SYS_##name##32
#else
#define SYS_ID(name) SYS_##name
#endif

#ifdef SYS_ugetrlimit
#define RAW_GETRLIMIT SYS_ugetrlimit
#else
#define RAW_GETRLIMIT SYS_getrlimit
#endif

static int header_pid(const struct call *call)
{
    const struct agent_capability_header *header = POINTER(0);
    return header->pid;
}

#define ID(i) ((unsigned)INT(i))

/* clang-format off */
#define CREDENTIAL_CALLS(X)                                                                                          \
    X(umask, umask((mode_t)INT(0)), syscall(SYS_umask, INT(0)))                                                      \
    X(getuid, getuid(), syscall(SYS_ID(getuid)))                                                                     \
    X(geteuid, geteuid(), syscall(SYS_ID(geteuid)))                                                                  \
    X(getgid, getgid(), syscall(SYS_ID(getgid)))                                                                     \
    X(getegid, getegid(), syscall(SYS_ID(getegid)))                                                                  \
    X(setuid, credentials_changed(setuid(ID(0))), credentials_changed(syscall(SYS_ID(setuid), ID(0))))                                       \
    X(setgid, credentials_changed(setgid(ID(0))), credentials_changed(syscall(SYS_ID(setgid), ID(0))))                                       \
    X(seteuid, credentials_changed(seteuid(ID(0))), credentials_changed(syscall(SYS_ID(setresuid), -1, ID(0), -1)))                          \
    X(setegid, credentials_changed(setegid(ID(0))), credentials_changed(syscall(SYS_ID(setresgid), -1, ID(0), -1)))                          \
    X(setreuid, credentials_changed(setreuid(ID(0), ID(1))),                                                         \
      credentials_changed(syscall(SYS_ID(setreuid), ID(0), ID(1))))                                                  \
    X(setregid, credentials_changed(setregid(ID(0), ID(1))),                                                         \
      credentials_changed(syscall(SYS_ID(setregid), ID(0), ID(1))))                                                  \
    X(setresuid, credentials_changed(setresuid(ID(0), ID(1), ID(2))),                                                \
      credentials_changed(syscall(SYS_ID(setresuid), ID(0), ID(1), ID(2))))                                          \
    X(setresgid, credentials_changed(setresgid(ID(0), ID(1), ID(2))),                                                \
      credentials_changed(syscall(SYS_ID(setresgid), ID(0), ID(1), ID(2))))                                          \
    X(setgroups, credentials_changed(setgroups(SIZE(0), POINTER(1))),                                                \
      credentials_changed(syscall(SYS_ID(setgroups), SIZE(0), POINTER(1))))                                          \
    X(capset, credentials_changed(credentials_set_capabilities(header_pid(call), POINTER(1))))                                   \
    X(capget, credentials_get_capabilities(header_pid(call), POINTER(1)))                                            \
    X(getrlimit, getrlimit(INT(0), POINTER(1)), syscall(RAW_GETRLIMIT, INT(0), POINTER(1)))                          \
    X(setrlimit, setrlimit(INT(0), POINTER(1)), syscall(SYS_setrlimit, INT(0), POINTER(1)))
/* clang-format on */

CALL_FAMILY(credential_calls, CREDENTIAL_CALLS)
