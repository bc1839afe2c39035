/* Files. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/buffers.h"
#include "agent/calls.h"

enum { RAW, LIBC };

static long long read_bytes(struct call *call, int route)
{
    void *buffer = buffers_take(SIZE(1));
    if (!buffer) {
        call->complaint = "read: too many bytes";
        return 0;
    }
    long long count =
        route == LIBC ? read(INT(0), buffer, SIZE(1)) : syscall(SYS_read, INT(0), buffer, SIZE(1));
    if (count >= 0)
        message_bytes(call->value, buffer, (size_t)count);
    return count < 0 ? -1 : 0;
}

/* Newer ABIs have only the calls that end in "at". */
/* clang-format off */
#define FILE_CALLS(X)                                                                                                \
    X(open, open(TEXT(0), INT(1), INT(2)), syscall(SYS_openat, AT_FDCWD, TEXT(0), INT(1), INT(2)))                   \
    X(close, close(INT(0)), syscall(SYS_close, INT(0)))                                                              \
    X(read, read_bytes(call, LIBC), read_bytes(call, RAW))                                                           \
    X(write, write(INT(0), TEXT(1), LENGTH(1)), syscall(SYS_write, INT(0), TEXT(1), LENGTH(1)))                      \
    X(lseek, lseek(INT(0), LONG(1), INT(2)), syscall(SYS_lseek, INT(0), LONG(1), INT(2)))                            \
    X(ioctl, ioctl(INT(0), (unsigned long)LONG(1), LONG(2)), syscall(SYS_ioctl, INT(0), LONG(1), LONG(2)))           \
    X(link, link(TEXT(0), TEXT(1)), syscall(SYS_linkat, AT_FDCWD, TEXT(0), AT_FDCWD, TEXT(1), 0))                    \
    X(symlink, symlink(TEXT(0), TEXT(1)), syscall(SYS_symlinkat, TEXT(0), AT_FDCWD, TEXT(1)))                        \
    X(unlink, unlink(TEXT(0)), syscall(SYS_unlinkat, AT_FDCWD, TEXT(0), 0))                                          \
    X(mkdir, mkdir(TEXT(0), (mode_t)INT(1)), syscall(SYS_mkdirat, AT_FDCWD, TEXT(0), INT(1)))                        \
    X(rmdir, rmdir(TEXT(0)), syscall(SYS_unlinkat, AT_FDCWD, TEXT(0), AT_REMOVEDIR))                                 \
    X(chdir, chdir(TEXT(0)), syscall(SYS_chdir, TEXT(0)))                                                            \
    X(mount, mount(TEXT(0), TEXT(1), TEXT(2), (unsigned long)LONG(3), TEXT(4)),                                                     \
      syscall(SYS_mount, TEXT(0), TEXT(1), TEXT(2), LONG(3), TEXT(4)))
/* clang-format on */

CALL_FAMILY(file_calls, FILE_CALLS)
