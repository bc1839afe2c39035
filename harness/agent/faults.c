/* Faults and caught signals. */
#include "agent/faults.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/channel.h"
#include "agent/constants.h"

static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};

enum {
    FAULT_SIGNAL_COUNT = sizeof(fault_signals) / sizeof(fault_signals[0]),
    REPORT_MAX = 160, /* bytes of a "~" message */
};

/* A fault comes to the thread that runs into it; any other signal to one of the process's, which reports it. */
static _Thread_local struct {
    sigjmp_buf escape;
    volatile sig_atomic_t armed;
    struct fault fault;
    int channel;
} faults;

/* Dispositions are the process's: the case asked SIG_HANDLER for this fault signal. */
static bool reported[FAULT_SIGNAL_COUNT];

/* Takes one line and is sent whole, so it may come in the middle of anything. */
static void report(int signal, siginfo_t *information, void *context)
{
    (void)context;
    int error = errno;
    char text[REPORT_MAX];
    struct message message = message_in(text, sizeof(text));
    message_word(&message, "~ ");
    constants_write_signal(&message, signal);
    message_word(&message, " si_code=");
    message_number(&message, information->si_code);
    message_word(&message, " si_pid=");
    message_number(&message, information->si_pid);
    message_word(&message, " si_uid=");
    message_unsigned(&message, information->si_uid);
    channel_send(faults.channel, &message);
    errno = error;
}

static int fault_signal_index(int signal)
{
    for (int i = 0; i < FAULT_SIGNAL_COUNT; i++)
        if (fault_signals[i] == signal)
            return i;
    return -1;
}

static void die_of(int signal)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL);
    syscall(SYS_kill, getpid(), signal);
}

static void escape(int signal, siginfo_t *information, void *context)
{
    bool raised_by_the_kernel = information->si_code > 0;
    if (faults.armed && raised_by_the_kernel) {
        faults.fault = (struct fault){signal, information->si_code, (unsigned long)information->si_addr};
        siglongjmp(faults.escape, 1);
    }
    if (reported[fault_signal_index(signal)] && !raised_by_the_kernel)
        report(signal, information, context);
    else
        die_of(signal);
}

/* SA_NODEFER: siglongjmp then need not restore a mask, which spares a system call for every call performed.
 */
static int install(int signal, void (*action)(int, siginfo_t *, void *), int flags)
{
    struct sigaction handler = {.sa_sigaction = action, .sa_flags = flags | SA_SIGINFO};
    return sigaction(signal, &handler, NULL);
}

void faults_reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int signal = 1; signal <= SIGRTMAX; signal++)
        sigaction(signal, &standard, NULL);
}

void faults_initialise(void)
{
    for (int i = 0; i < FAULT_SIGNAL_COUNT; i++)
        install(fault_signals[i], escape, SA_NODEFER);
}

void faults_report_to(int channel)
{
    faults.channel = channel;
}

bool faults_guard(long long (*perform)(void *context), void *context, long long *result, struct fault *fault)
{
    bool arrived = sigsetjmp(faults.escape, 0) == 0;
    if (arrived) {
        faults.armed = 1;
        errno = 0;
        *result = perform(context);
    } else {
        *fault = faults.fault;
    }
    faults.armed = 0;
    return arrived;
}

int faults_set_disposition(int signal, long disposition, int flags)
{
    int index = fault_signal_index(signal);
    if (index >= 0 && disposition != DISPOSITION_IGNORE) {
        reported[index] = disposition == DISPOSITION_REPORT;
        return install(signal, escape, flags | SA_NODEFER);
    }
    if (disposition == DISPOSITION_REPORT)
        return install(signal, report, flags);
    struct sigaction action = {.sa_handler = disposition == DISPOSITION_IGNORE ? SIG_IGN : SIG_DFL,
                               .sa_flags = flags & ~SA_SIGINFO};
    return sigaction(signal, &action, NULL);
}
