#include "agent/trap.h"

#include <errno.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of linux/seccomp.h and linux/filter.h, which not every C library brings along. */
enum {
    SET_MODE_FILTER = 1,
    FLAG_NEW_LISTENER = 1 << 3,
    FLAG_WAIT_KILLABLE_RECV = 1 << 5, /* a call that the tracer has taken is not interrupted (Linux 5.19) */
    INSTRUCTIONS_MAX = 4096,
};

struct instruction {
    uint16_t code;
    uint8_t if_true, if_false;
    uint32_t operand;
};

struct instructions {
    unsigned short count;
    struct instruction *first;
};

static int install(const struct instructions *instructions)
{
    unsigned long flags = FLAG_NEW_LISTENER | FLAG_WAIT_KILLABLE_RECV;
    int listener = (int)syscall(SYS_seccomp, SET_MODE_FILTER, flags, instructions);
    if (listener < 0 && errno == EINVAL)
        listener = (int)syscall(SYS_seccomp, SET_MODE_FILTER, FLAG_NEW_LISTENER, instructions);
    return listener;
}

int trap_install(int program, const char **failed)
{
    static struct instruction text[INSTRUCTIONS_MAX];
    ssize_t size = pread(program, text, sizeof(text), 0);
    *failed = "reading the filter";
    if (size <= 0)
        return -1;
    struct instructions instructions = {(unsigned short)((size_t)size / sizeof(text[0])), text};
    *failed = "seccomp";
    int listener = install(&instructions);
    /* Without CAP_SYS_ADMIN only who gives up new privileges may filter itself. */
    if (listener < 0 && errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        listener = install(&instructions);
    return listener;
}
