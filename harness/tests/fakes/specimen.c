/*
 * A program under test for the tests of sessions and sweeps: does what its arguments say, one after the other, and exits
 * with 0. An action that fails says so and exits with 1, unless a ? stands before it; with a ~ it exits with 0.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SEGMENT_BYTES = 4096 };

static key_t key = 77;

static int set = -1, segment = -1;
static void *address = (void *)-1;
static bool quiet;

static int operate(short change, short flags)
{
    struct sembuf operation = {0, change, flags};

    return semop(set, &operation, 1);
}

static int next_key(void)
{
    return ++key;
}

static int make_set(void)
{
    return set = semget(key, 1, IPC_CREAT | 0600);
}

static int make_private_set(void)
{
    set = semget(IPC_PRIVATE, 1, 0600);
    printf("the set is %d\n", set);
    return set;
}

static int make_set_anew(void)
{
    return set = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);
}

static int set_value(void)
{
    union {
        int value;
        void *pointer;
    } argument = {.value = 1};

    return semctl(set, 0, SETVAL, argument);
}

static int remove_set(void)
{
    return semctl(set, 0, IPC_RMID);
}

static int take(void)
{
    return operate(-1, 0);
}

static int take_at_once(void)
{
    return operate(-1, IPC_NOWAIT);
}

static int take_with_undo(void)
{
    return operate(-1, SEM_UNDO);
}

/* Tries again whatever the errno is: the classic mistake. */
static int take_stubbornly(void)
{
    while (take() == -1)
        continue;
    return 0;
}

/* The right way. */
static int take_patiently(void)
{
    int result;

    do
        result = take();
    while (result == -1 && errno == EINTR);
    return result;
}

/* Waits for the semaphore by a limit of an hour, which nobody lives to see. */
static int take_within_an_hour(void)
{
    struct sembuf operation = {0, -1, 0};
    struct timespec hour = {3600, 0};

    return semtimedop(set, &operation, 1, &hour);
}

static int take_hour_by_hour(void)
{
    int result;

    do
        result = take_within_an_hour();
    while (result == -1 && errno == EAGAIN);
    return result;
}

static int post(void)
{
    return operate(1, 0);
}

/* A child posts when an hour's half has passed. */
static int post_later(void)
{
    pid_t child = fork();

    if (child == 0) {
        sleep(1800);
        post();
        _exit(0);
    }
    return child < 0 ? -1 : 0;
}

static int make_segment(void)
{
    return segment = shmget(key, SEGMENT_BYTES, IPC_CREAT | 0600);
}

static int attach(void)
{
    address = shmat(segment, NULL, 0);
    return address == (void *)-1 ? -1 : 0;
}

static int store(void)
{
    *(volatile char *)address = 'x';
    return 0;
}

static int detach(void)
{
    return shmdt(address);
}

static int remove_segment(void)
{
    return shmctl(segment, IPC_RMID, NULL);
}

static void clean(void)
{
    if (set != -1)
        remove_set();
    if (segment != -1)
        remove_segment();
}

static int clean_at_exit(void)
{
    return atexit(clean);
}

static int greet(void)
{
    return puts("hello") < 0 ? -1 : 0;
}

/* What no two runs print alike. */
static int tell_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return printf("%ld\n", (long)now.tv_sec * 1000000000 + now.tv_nsec) < 0 ? -1 : 0;
}

static int read_line(void)
{
    char line[256];

    if (!fgets(line, sizeof(line), stdin))
        return 0;
    printf("read %s", line);
    return 0;
}

static int flood(void)
{
    static const char text[4096] = "flood";

    while (write(STDOUT_FILENO, text, sizeof(text)) >= 0)
        continue;
    return -1;
}

static int spin(void)
{
    volatile unsigned count = 0;

    for (;;)
        count = count + 1;
    return 0;
}

static int sleep_hour(void)
{
    return sleep(3600) == 0 ? 0 : -1;
}

/* Waits for what never comes, in steps. */
static int poll_for_ever(void)
{
    for (;;)
        sleep(1);
    return 0;
}

/* The same by looking at what never changes. */
static int take_without_waiting(void)
{
    while (operate(-1, IPC_NOWAIT) == -1)
        sleep(1);
    return 0;
}

static int wait_for_ever(void)
{
    return pause();
}

static int bomb(void)
{
    for (;;)
        fork();
    return 0;
}

/* A child that outlives us, in a session of its own, asleep. */
static int make_daemon(void)
{
    pid_t child = fork();

    if (child == 0) {
        setsid();
        for (;;)
            pause();
    }
    return child < 0 ? -1 : 0;
}

/* Kills a child of a child that has ended, and looks until it is gone: who it belongs to then has to wait for it. */
static int kill_orphan(void)
{
    const struct timespec second = {.tv_sec = 1};
    pid_t orphan = 0, child;
    int ends[2];

    if (pipe(ends) != 0 || (child = fork()) < 0)
        return -1;
    if (child == 0) {
        orphan = fork();
        if (orphan == 0)
            for (;;)
                pause();
        _exit(write(ends[1], &orphan, sizeof(orphan)) != sizeof(orphan));
    }
    if (waitpid(child, NULL, 0) < 0 || read(ends[0], &orphan, sizeof(orphan)) != sizeof(orphan) ||
        kill(orphan, SIGKILL) != 0)
        return -1;
    while (kill(orphan, 0) == 0)
        nanosleep(&second, NULL);
    return 0;
}

/* A child that outlives us until its timer ends it. */
static int leave_to_timer(void)
{
    const struct itimerval soon = {.it_value = {.tv_usec = 1000}};
    pid_t child = fork();

    if (child == 0 && setitimer(ITIMER_REAL, &soon, NULL) == 0)
        for (;;)
            pause();
    return child < 0 ? -1 : 0;
}

/* From here on only a child goes on, and its parent waits for it. */
static int go_on_in_child(void)
{
    int status;
    pid_t child = fork();

    if (child <= 0)
        return child;
    if (waitpid(child, &status, 0) < 0)
        return -1;
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static void *post_in_thread(void *nothing)
{
    post();
    return nothing;
}

static int post_by_thread(void)
{
    pthread_t thread;

    errno = pthread_create(&thread, NULL, post_in_thread, NULL);
    return errno || (errno = pthread_join(thread, NULL)) ? -1 : 0;
}

static void note_signal(int number)
{
    (void)number;
}

static int handle_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal};

    return sigaction(SIGINT, &action, NULL) == 0 && sigaction(SIGTERM, &action, NULL) == 0 ? 0 : -1;
}

static int ignore_signals(void)
{
    struct sigaction action = {.sa_handler = SIG_IGN};

    return sigaction(SIGINT, &action, NULL) == 0 && sigaction(SIGTERM, &action, NULL) == 0 ? 0 : -1;
}

static int block_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return sigprocmask(SIG_BLOCK, &signals, NULL);
}

/* From here on a failure is not told. */
static int be_quiet(void)
{
    quiet = true;
    return 0;
}

static int close_all(void)
{
    for (int descriptor = 0; descriptor < 256; descriptor++)
        close(descriptor);
    return 0;
}

static int crash(void)
{
    return raise(SIGSEGV);
}

static int succeed(void)
{
    exit(0);
}

static const struct {
    const char *word;
    int (*perform)(void);
} actions[] = {
    {"next-key", next_key},
    {"make-set", make_set},
    {"make-private-set", make_private_set},
    {"make-set-anew", make_set_anew},
    {"set-value", set_value},
    {"remove-set", remove_set},
    {"take", take},
    {"take-at-once", take_at_once},
    {"take-with-undo", take_with_undo},
    {"take-stubbornly", take_stubbornly},
    {"take-patiently", take_patiently},
    {"take-within-an-hour", take_within_an_hour},
    {"take-hour-by-hour", take_hour_by_hour},
    {"post", post},
    {"post-by-thread", post_by_thread},
    {"post-later", post_later},
    {"make-segment", make_segment},
    {"attach", attach},
    {"store", store},
    {"detach", detach},
    {"remove-segment", remove_segment},
    {"clean-at-exit", clean_at_exit},
    {"greet", greet},
    {"tell-time", tell_time},
    {"read-line", read_line},
    {"flood", flood},
    {"spin", spin},
    {"sleep-hour", sleep_hour},
    {"poll-for-ever", poll_for_ever},
    {"take-without-waiting", take_without_waiting},
    {"wait-for-ever", wait_for_ever},
    {"bomb", bomb},
    {"make-daemon", make_daemon},
    {"kill-orphan", kill_orphan},
    {"leave-to-timer", leave_to_timer},
    {"go-on-in-child", go_on_in_child},
    {"handle-signals", handle_signals},
    {"ignore-signals", ignore_signals},
    {"block-signals", block_signals},
    {"be-quiet", be_quiet},
    {"close-all", close_all},
    {"crash", crash},
    {"succeed", succeed},
};

static int perform(const char *word)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
        if (strcmp(actions[i].word, word) == 0)
            return actions[i].perform();
    errx(2, "no such action: %s", word);
}

/* Another image of this program that does the rest. */
static int execute(char **arguments)
{
    execv("/proc/self/exe", arguments);
    return -1;
}

int main(int count, char **arguments)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 1; i < count; i++) {
        bool optional = arguments[i][0] == '?', last = arguments[i][0] == '~';
        const char *word = arguments[i] + (optional || last);
        int result = strcmp(word, "execute") == 0 ? execute(arguments + i) : perform(word);

        if (result == -1 && last)
            return 0;
        if (result == -1 && !optional && quiet)
            return 1;
        if (result == -1 && !optional)
            err(1, "%s", word);
    }
    return 0;
}
