/* What the UPPER-CASE names are worth on the target. */
#include "agent/constants.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#if __has_include(<linux/nsfs.h>)
#include <linux/nsfs.h>
#endif
#if __has_include(<linux/capability.h>)
#include <linux/capability.h>
#endif
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/channel.h"
#include "agent/facts.h"

enum {
    ERRNO_COUNT = 256,             /* above every errno on every Linux ABI but the kernel's own */
    SIGNAL_COUNT = 128,            /* above every signal (MIPS has 127) */
    CONSTANTS_MESSAGE_MAX = 8192,  /* bytes; a fresh message is begun ... */
    CONSTANTS_MESSAGE_FULL = 8000, /* ... when so many are written */
};

/* Pointers in the headers, small numbers on the wire. */
#undef NULL
#define NULL 0
#undef SIG_DFL
#define SIG_DFL DISPOSITION_DEFAULT
#undef SIG_IGN
#define SIG_IGN     DISPOSITION_IGNORE
#define SIG_HANDLER DISPOSITION_REPORT

#undef PAGE_SIZE
#define PAGE_SIZE sysconf(_SC_PAGESIZE)
#define WORD_BITS ((int)sizeof(long) * CHAR_BIT)

/* The kernel's interface, in a header that cannot be included beside the C library's (linux/sem.h,
 * linux/shm.h). */
#ifndef SEMVMX
#define SEMVMX 32767
#endif
#ifndef SEMAEM
#define SEMAEM SEMVMX
#endif
#ifndef SHM_HUGE_SHIFT
#define SHM_HUGE_SHIFT 26
#endif
#ifndef SHM_HUGE_64KB
#define SHM_HUGE_64KB (16 << SHM_HUGE_SHIFT)
#endif
#ifndef SHM_HUGE_2MB
#define SHM_HUGE_2MB (21 << SHM_HUGE_SHIFT)
#endif
#ifndef SHM_HUGE_1GB
#define SHM_HUGE_1GB (30 << SHM_HUGE_SHIFT)
#endif

/* What C library this was built with; musl does not name itself. */
#define SPELLED(token)             #token
#define VERSION_TEXT(major, minor) SPELLED(major) "." SPELLED(minor)
#if defined(__GLIBC__)
#define LIBRARY "glibc " VERSION_TEXT(__GLIBC__, __GLIBC_MINOR__)
#elif defined(__BIONIC__)
#define LIBRARY "bionic"
#else
#define LIBRARY "musl"
#endif

/* A function of the target's machine that only returns, for jump. */
static const char return_code[] =
#if defined(__x86_64__) || defined(__i386__)
    "\xc3";
#elif defined(__aarch64__)
    "\xc0\x03\x5f\xd6";
#elif defined(__arm__)
    "\x1e\xff\x2f\xe1";
#elif defined(__riscv)
    "\x67\x80\x00\x00";
#elif defined(__s390x__)
    "\x07\xfe";
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    "\x20\x00\x80\x4e";
#elif defined(__powerpc64__)
    "\x4e\x80\x00\x20";
#else
    "";
#endif

static const char *errno_names[ERRNO_COUNT];
static const char *signal_names[SIGNAL_COUNT];

typedef void constant_visitor(void *context, const char *name, unsigned long long value, bool is_unsigned);

#define IS_UNSIGNED(value)                                                                                   \
    _Generic((value), unsigned int : true, unsigned long : true, unsigned long long : true, default : false)

/* Shows every constant that the target's headers have to `visit`. Some are computed: SHMLBA, SIGRTMIN. */
static void visit_constants(constant_visitor *visit, void *context)
{
#define CONSTANT(name, value) visit(context, name, (unsigned long long)(value), IS_UNSIGNED(value));
#include "constant_values.inc"
#undef CONSTANT
}

static void learn_name(void *context, const char *name, unsigned long long value, bool is_unsigned)
{
    (void)context, (void)is_unsigned;
    if (name[0] == 'E' && strncmp(name, "EXIT_", 5) != 0 && value < ERRNO_COUNT && !errno_names[value])
        errno_names[value] = name;
    if (strncmp(name, "SIG", 3) == 0 && name[3] != '_' && value < SIGNAL_COUNT && !signal_names[value])
        signal_names[value] = name;
}

void constants_initialise(void)
{
    visit_constants(learn_name, 0);
}

struct constants_writer {
    int channel;
    struct message message;
};

static void begin_constants(struct message *message)
{
    *message = message_in(message->text, message->capacity);
    message_word(message, "constants");
}

static void write_constant(void *context, const char *name, unsigned long long value, bool is_unsigned)
{
    struct constants_writer *writer = context;
    message_character(&writer->message, ' ');
    message_word(&writer->message, name);
    message_character(&writer->message, '=');
    if (is_unsigned)
        message_unsigned(&writer->message, value);
    else
        message_number(&writer->message, (long long)value);
    if (writer->message.length > CONSTANTS_MESSAGE_FULL) {
        channel_send(writer->channel, &writer->message);
        begin_constants(&writer->message);
    }
}

static void write_fact(void *context, const char *name, unsigned long long value)
{
    write_constant(context, name, value, false);
}

void constants_send(int channel)
{
    char text[CONSTANTS_MESSAGE_MAX];
    struct constants_writer writer = {channel, message_in(text, sizeof(text))};
    begin_constants(&writer.message);
    visit_constants(write_constant, &writer);
    facts_visit(write_fact, &writer);
    if (return_code[0]) {
        message_word(&writer.message, " RETURN_CODE=");
        message_bytes(&writer.message, (const unsigned char *)return_code, sizeof(return_code) - 1);
    }
    message_word(&writer.message, " LIBC=\"" LIBRARY "\"");
    struct utsname system;
    if (uname(&system) == 0) {
        message_word(&writer.message, " MACHINE=\"");
        message_word(&writer.message, system.machine);
        message_character(&writer.message, '"');
    }
    channel_send(channel, &writer.message);
    begin_constants(&writer.message);
    message_word(&writer.message, " end");
    channel_send(channel, &writer.message);
}

static void write_name(struct message *message, const char *const *names, int count, int number)
{
    if (number >= 0 && number < count && names[number])
        message_word(message, names[number]);
    else
        message_number(message, number);
}

void constants_write_errno(struct message *message, int error)
{
    write_name(message, errno_names, ERRNO_COUNT, error);
}

void constants_write_signal(struct message *message, int signal)
{
    write_name(message, signal_names, SIGNAL_COUNT, signal);
}
