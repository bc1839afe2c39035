/*
 * The wire between the conductor (host) and the agent (target): text, one message a line, readable in strace.
 *
 * Every agent process owns one end of an AF_UNIX SOCK_SEQPACKET socket, its channel. A message is at most
 * WIRE_MESSAGE_MAX bytes, has no NUL and no newline; descriptors may come with it (SCM_RIGHTS).
 *
 * Three kinds of process run the same loop (read a request, perform it, answer):
 *
 *   nursery   started by exec with its channel on descriptor WIRE_NURSERY_FD; small and long-lived; forks cases
 *   case      the first process of a case, in the namespaces of its own; forks actors; when it ends, so do they
 *   actor     performs a case's lines
 *
 * A new process first says, on its own channel,
 *
 *   hello pid=7 tid=7 uid=0 gid=0      its pid and its thread's as it sees them, its effective ids
 *
 * (the kernel adds its pid as the host sees it: SCM_CREDENTIALS). An actor may get further threads; each runs the
 * loop too, on a channel of its own.
 *
 * REQUESTS                             ANSWERS
 *
 *   constants                          nursery: constants NAME=VALUE ... (several messages), constants end;
 *                                      LIBC="glibc 2.36" is among them, what the agent was built with, and
 *                                      MACHINE="x86_64", what uname(2) tells it
 *   calls libc | calls raw             any: = 0        performs calls through the C library or by syscall(2)
 *   user                               nursery: = 0    enters a user namespace, in which it has no id yet
 *   map UID GID                        nursery: = 0    what it is outside becomes root there, and the only one
 *   case ipc,pid | ipc | none  +fd     nursery: = PID  forks a case; the descriptor is the case's channel
 *   actor uid=U gid=G groups=A,B caps=HEX  +fd
 *                                      case: nothing (the new actor's hello is the answer); every word may be
 *                                      left out; caps is a mask for effective and permitted, kept across the
 *                                      change of uid; caps=~HEX is all that the runner has but these
 *   program uid=U ... "PATH" "ARG" ...  +fd +tty
 *                                      case: nothing; the new process, with the credentials of "actor", says hello
 *                                      on its channel, makes tty its controlling terminal, standard input, output
 *                                      and error, and execs;
 *                                      the channel closes when that worked, else "? execv PATH: ENOENT" comes
 *   program pipes uid=U ... "PATH" ...  +fd +in +out
 *                                      the same without a terminal: out is standard output and error
 *   program [pipes] trapped uid=U ... "PATH" ... +fd +tty (or +in +out) +bpf
 *                                      the same; before it execs it puts itself under the seccomp filter whose
 *                                      instructions the file bpf holds, and says "listener" with the descriptor
 *                                      of the filter's listener: trapped calls wait for the host's answer there
 *   reap                               case: = 0       children that end are reaped at once from now on, those that it has
 *                                      forked itself not before
 *   reap PID                           case: = 0       how that one ended has been read
 *   end                                case: = 0       every process of the case is killed and reaped, every
 *                                      object that it made in a namespace it shares with others is removed
 *   CALL ARGUMENT ...                  any: one of
 *                                        = VALUE [INDEX=OUT ...]           it succeeded
 *                                        = -1 ERRNO [INDEX=OUT ...]        it failed, by the errno's name or number
 *                                        ! SIGSEGV si_code=2 si_addr=4096  it faulted
 *   repeat N CALL ARGUMENT ...         the same, of the call made again until it fails, N times at most
 *   fail_nth N CALL ARGUMENT ...       the same (and fork, clone), with the N-th allocation of it failing in the kernel; behind the
 *                                      result stands fired=1 when something failed, fired=0 when there was nothing left to
 *   together N PROCESSOR CALL ARGUMENT ...
 *                                      the same, behind the case's barrier: when N arrivals have been counted there
 *                                      since the case began; on that processor, or -1 for any
 *   fork +fd, clone FLAGS +fd          parent: = PID; the child says hello on the descriptor given
 *   vfork +fd                          parent: = PID, once the child, which says hello on the descriptor, has exec'ed
 *                                      or ended
 *   thread +fd                         maker: = TID; the new thread of the process says hello on the descriptor
 *   exec                               = 0 from the fresh image, or = -1 ERRNO
 *   exit N                             nothing: the thread ends, with the last one the process; the channel closes
 *   exit_group N                       nothing: the process ends
 *
 * At any time a process may say
 *
 *   ~ SIGUSR1 si_code=0 si_pid=3 si_uid=0   a signal that its handler caught (before the answer it interrupted)
 *   ? WHAT IS WRONG                         the request makes no sense, or the agent cannot do its work
 *
 * ARGUMENTS are separated by one space:
 *
 *   12  -1  0x7f0000000000             a number, truncated to the target's word
 *   "still\x20here"  "\0"*4096         bytes, with C escapes, repeated; the call gets a pointer to them
 *   rlimit{rlim_cur=0,rlim_max=0}      a structure that the call reads; fields not named are zero
 *   shmid_ds?                          one that it fills: poisoned first
 *   sembuf[{0,-1,0},{1,1,0}]  gid[5,6] an array that it reads
 *   ushort?[3]                         an array that it fills;  ushort?[] one whose content nobody wants
 *
 * Every buffer ends at a page boundary with an inaccessible page behind it, so that one byte too many faults.
 *
 * VALUES in answers: a number, "bytes" (a run of one byte as "\0"*4096), {name=value,...}, [value,...].
 * OUT is {field=value,...} with three counts behind the fields: written (bytes of the buffer that are no longer
 * poison), unwritten (named fields that still are) and padding (all bytes outside named fields, or-ed together);
 * an array has no counts. A structure or array that the call was only to read and that changed is reported as
 * "changed=INDEX". INDEX counts arguments from 0.
 */
#ifndef IPCDRILL_WIRE_H
#define IPCDRILL_WIRE_H

enum {
    WIRE_NURSERY_FD = 3,
    WIRE_MESSAGE_MAX = 128 * 1024,
    WIRE_LITMUS_CELL = 512, /* bytes of memory that litmus needs for each cell; LITMUS_CELL in a case */
};

#endif
