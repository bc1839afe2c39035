/* Memory: mappings, and our own words that touch them. */
#include <string.h>
#include <sys/mman.h>

#include "agent/calls.h"

/* Byte by byte and in order, so that the address of a fault is that of the first byte which cannot be stored.
 */
TOUCHES_ANY_ADDRESS static long long poke(struct call *call)
{
    volatile unsigned char *to = POINTER(0);
    const unsigned char *from = POINTER(1);
    for (size_t i = 0; i < LENGTH(1); i++)
        to[i] = from[i];
    return 0;
}

static long long peek(struct call *call)
{
    message_bytes(call->value, POINTER(0), SIZE(1));
    return 0;
}

TOUCHES_ANY_ADDRESS static long long jump(struct call *call)
{
    void (*function)(void);
    void *address = POINTER(0);
    memcpy(&function, &address, sizeof(function));
    function();
    return 0;
}

/* As strace shows it: the kernel's own call, which gives the break that holds afterwards. */
static long long program_break(struct call *call)
{
    return ADDRESS(syscall(SYS_brk, POINTER(0)));
}

#ifdef SYS_mmap2
/* mmap2 counts the offset in units of 4096 bytes on nearly every ABI. */
#define RAW_MMAP(address, length, protection, flags, descriptor, offset)                                     \
    syscall(SYS_mmap2, address, length, protection, flags, descriptor, (unsigned long)(offset) / 4096)
#else
#define RAW_MMAP(address, length, protection, flags, descriptor, offset)                                     \
    syscall(SYS_mmap, address, length, protection, flags, descriptor, offset)
#endif

/* clang-format off */
#define MEMORY_CALLS(X)                                                                                              \
    X(poke, poke(call))                                                                                        \
    X(peek, peek(call))                                                                                        \
    X(jump, jump(call))                                                                                        \
    X(mmap, ADDRESS(mmap(POINTER(0), SIZE(1), INT(2), INT(3), INT(4), LONG(5))),                                     \
      ADDRESS(RAW_MMAP(POINTER(0), SIZE(1), INT(2), INT(3), INT(4), LONG(5))))                                       \
    X(munmap, munmap(POINTER(0), SIZE(1)), syscall(SYS_munmap, POINTER(0), SIZE(1)))                                 \
    X(mprotect, mprotect(POINTER(0), SIZE(1), INT(2)), syscall(SYS_mprotect, POINTER(0), SIZE(1), INT(2)))           \
    X(mremap, ADDRESS(mremap(POINTER(0), SIZE(1), SIZE(2), INT(3), POINTER(4))),                                     \
      ADDRESS(syscall(SYS_mremap, POINTER(0), SIZE(1), SIZE(2), INT(3), POINTER(4))))                                \
    X(madvise, madvise(POINTER(0), SIZE(1), INT(2)), syscall(SYS_madvise, POINTER(0), SIZE(1), INT(2)))              \
    X(msync, msync(POINTER(0), SIZE(1), INT(2)), syscall(SYS_msync, POINTER(0), SIZE(1), INT(2)))                    \
    X(mlock, mlock(POINTER(0), SIZE(1)), syscall(SYS_mlock, POINTER(0), SIZE(1)))                                    \
    X(mlock2, syscall(SYS_mlock2, POINTER(0), SIZE(1), INT(2)))                                                \
    X(mlockall, mlockall(INT(0)), syscall(SYS_mlockall, INT(0)))                                                     \
    X(munlock, munlock(POINTER(0), SIZE(1)), syscall(SYS_munlock, POINTER(0), SIZE(1)))                              \
    X(remap_file_pages, remap_file_pages(POINTER(0), SIZE(1), INT(2), SIZE(3), INT(4)),                              \
      syscall(SYS_remap_file_pages, POINTER(0), SIZE(1), INT(2), SIZE(3), INT(4)))                                   \
    X(brk, program_break(call))
/* clang-format on */

CALL_FAMILY(memory_calls, MEMORY_CALLS)
