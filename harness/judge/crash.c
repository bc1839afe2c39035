#include "judge/crash.h"

#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

bool status_is_crash(int status)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGTRAP};

    for (size_t i = 0; WIFSIGNALED(status) && i < sizeof(crashes) / sizeof(*crashes); i++)
        if (WTERMSIG(status) == crashes[i])
            return true;
    return false;
}
