/* Keeps what gcov counts in a file, so that nobody has to live long enough to write it.
 *
 * gcov writes its counters when a process exits; the processes of a test are killed as often as not. Here the counters
 * are a shared mapping of a file beside the executable (NAME.counters), which all processes of that executable add to:
 * children, fresh images, those killed by SIGKILL in the middle of a call. When the tests are over the executable is
 * started once more with GCOV_COUNTERS_DUMP set: it writes the .gcda files from the file and exits.
 *
 * To be linked with counters.ld and --wrap for the functions below. Where the file is not there, or may not be
 * written, the process counts for itself and is lost. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern char gcov_counters_start[], gcov_counters_end[];

void __real___gcov_dump(void);
void __wrap___gcov_dump(void);
void __wrap___gcov_reset(void);
void __wrap___gcov_exit(void);
pid_t __wrap___gcov_fork(void);

/* These would write counters that are not this process's alone, or set them to zero. */
void __wrap___gcov_dump(void)
{
}

void __wrap___gcov_reset(void)
{
}

void __wrap___gcov_exit(void)
{
}

/* gcov's own one renews a mutex, which a static executable does not bring along. */
pid_t __wrap___gcov_fork(void)
{
    return fork();
}

__attribute__((constructor(101))) static void share_counters(void)
{
    char path[4096 + sizeof(".counters")];
    ssize_t length = readlink("/proc/self/exe", path, 4096);

    if (length < 0)
        return;
    snprintf(path + length, sizeof(path) - (size_t)length, ".counters");
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return;
    mmap(gcov_counters_start, (size_t)(gcov_counters_end - gcov_counters_start), PROT_READ | PROT_WRITE,
         MAP_SHARED | MAP_FIXED, file, 0);
    close(file);
    if (getenv("GCOV_COUNTERS_DUMP")) {
        __real___gcov_dump();
        _exit(0);
    }
}
