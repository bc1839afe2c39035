/*
 * What the host's /proc says of a process: whether it sleeps in a system call, and how it ended. Nothing here
 * waits for time to pass.
 */
#ifndef IPCDRILL_PROCESS_H
#define IPCDRILL_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "notation/arena.h"

struct process_state {
    char state;        /* R, S, D, T, Z ... of /proc/PID/stat; 0 when it is gone */
    long system_call;  /* the number it sleeps in, or -1: it runs, or the kernel does not tell */
    bool call_is_told; /* /proc/PID/syscall can be read here (ptrace rules, CONFIG_HAVE_ARCH_TRACEHOOK) */
};

/* Of a process, or of one thread. See proc(5), /proc/pid/stat and /proc/pid/syscall. */
struct process_state process_state(pid_t tid);

/* The thread of the process whose id is `tid` in the innermost PID namespace: its id on the host, or -1. */
pid_t process_find_thread(pid_t pid, long tid);

/* Waits up to `timeout_ms` until the process has ended; false when it has not. */
bool process_wait_end(pid_t pid, int timeout_ms);

/* The same of one thread, while others of its process may live. */
bool process_wait_thread_end(pid_t tid, int timeout_ms);

/*
 * The wait status (as of waitpid) of a process (or of its first thread) that ended and that nobody has reaped. Returns -1 when it has been
 * reaped, or the kernel does not tell.
 */
int process_status(pid_t pid);

/* "exited with 0", "killed by SIGKILL" of a wait status, as a line of the notation has it. In `arena`. */
const char *process_status_text(int status, struct arena *arena);

/* Confines this process, and what it will fork, to one processor; refused or -1: slower, not wrong. */
void process_run_on(int processor);

/* Nanoseconds, and milliseconds, of CLOCK_MONOTONIC: bounds waits and measures instances. */
int64_t monotonic_ns(void);
int64_t monotonic_ms(void);

#endif
