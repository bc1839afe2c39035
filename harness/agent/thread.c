/* Threads that perform lines. */
#include "agent/thread.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/buffers.h"
#include "agent/fork.h"

enum { STACK_BYTES = 1024 * 1024 }; /* thread-local state and a few messages of WIRE_MESSAGE_MAX */

/* What its maker hands to a new thread, in the maker's frame: gone once `begun` is posted. */
struct beginning {
    struct agent agent;
    struct request *request;
    long tid;  /* set by the thread */
    int error; /* set by the thread: it cannot work */
    sem_t begun;
};

static atomic_bool made;

bool thread_was_made(void)
{
    return made;
}

_Noreturn void thread_end(const struct agent *agent, int status)
{
    close(agent->channel);
    buffers_discard();
    for (;;)
        syscall(SYS_exit, status);
}

static void *begin(void *context)
{
    struct beginning *beginning = context;
    struct agent agent = beginning->agent;
    agent.fail_nth = (struct fail_nth){0};
    beginning->tid = syscall(SYS_gettid);
    if (!buffers_initialise()) {
        beginning->error = errno;
        sem_post(&beginning->begun);
        return NULL;
    }
    fork_take_channel(&agent, beginning->request, true);
    sem_post(&beginning->begun);
    fork_settle(&agent);
    agent_run(&agent);
    thread_end(&agent, 0);
}

/* Returns 0, or the errno why there is no new thread. */
static int create(struct beginning *beginning)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    int error = pthread_create(&thread, &attributes, begin, beginning);
    pthread_attr_destroy(&attributes);
    return error;
}

void actor_thread(struct agent *agent, struct request *request, char *rest)
{
    (void)rest;
    struct beginning beginning = {.agent = *agent, .request = request};
    if (request->descriptors[0] < 0) {
        channel_complain(agent->channel, "a new actor needs a descriptor", NULL);
        return;
    }
    sem_init(&beginning.begun, 0, 0);
    fork_block_signals(SIG_BLOCK);
    fail_nth_arm(&agent->fail_nth);
    beginning.error = create(&beginning);
    fail_nth_disarm(&agent->fail_nth);
    if (beginning.error == 0) {
        made = true;
        while (sem_wait(&beginning.begun) != 0)
            continue;
    }
    fork_block_signals(SIG_UNBLOCK);
    errno = beginning.error;
    agent_answer(agent, beginning.error ? -1 : beginning.tid);
}
