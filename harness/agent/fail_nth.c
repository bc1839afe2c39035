/* The kernel's counter, a number in a file of procfs. */
#include "agent/fail_nth.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_TEXT_MAX = 24 };

/* What is written may itself be what fails: then the counter is at nought, and the second time works. */
static void set_counter(int descriptor, unsigned long number)
{
    char text[NUMBER_TEXT_MAX];
    size_t length = (size_t)snprintf(text, sizeof(text), "%lu", number);
    if (pwrite(descriptor, text, length, 0) < 0 && errno == EFAULT)
        (void)!pwrite(descriptor, text, length, 0);
}

/* What is left. The kernel makes the text first and copies it then: a copy that fails had 1 left. */
static unsigned long counter(int descriptor)
{
    char text[NUMBER_TEXT_MAX] = "";
    if (pread(descriptor, text, sizeof(text) - 1, 0) < 0)
        return 1;
    return strtoul(text, NULL, 10);
}

bool fail_nth_prepare(struct fail_nth *fail_nth, unsigned long nth)
{
    *fail_nth = (struct fail_nth){.nth = nth};
    fail_nth->descriptor = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
    if (fail_nth->descriptor < 0)
        fail_nth->nth = 0;
    return fail_nth->descriptor >= 0;
}

void fail_nth_arm(struct fail_nth *fail_nth)
{
    if (fail_nth->nth)
        set_counter(fail_nth->descriptor, fail_nth->nth);
}

void fail_nth_disarm(struct fail_nth *fail_nth)
{
    int error = errno;
    if (fail_nth->nth) {
        fail_nth->fired = counter(fail_nth->descriptor) == 0;
        set_counter(fail_nth->descriptor, 0);
    }
    errno = error;
}

void fail_nth_finish(struct fail_nth *fail_nth)
{
    if (fail_nth->nth)
        close(fail_nth->descriptor);
    *fail_nth = (struct fail_nth){0};
}
