/* session/pool.h: many jobs, several workers. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/pool.h"
#include "tests/surroundings.h"
#include "tests/tests.h"

enum { JOBS = 40, DEADLY = 7, FIRST = 10 };

struct jobs {
    size_t count;
    bool grows, dies, has_trouble;
    char *texts[JOBS]; /* what came back; "dead": the worker died */
};

static const char *task_of(void *context, size_t index, struct arena *arena)
{
    (void)context;
    return arena_print(arena, "task %zu", index);
}

static const char *perform(void *context, struct target *target, size_t index, const char *task,
                           struct arena *arena, const char **problem)
{
    const struct jobs *jobs = context;

    ck_assert_int_eq(target->isolation, ISOLATION_FULL);
    if (jobs->dies && index == DEADLY)
        _exit(1);
    *problem = "it is all too much";
    return jobs->has_trouble && index == DEADLY ? NULL : arena_print(arena, "%s is done", task);
}

static void take(void *context, size_t index, const char *text)
{
    struct jobs *jobs = context;

    ck_assert_uint_lt(index, jobs->count);
    ck_assert_ptr_null(jobs->texts[index]);
    jobs->texts[index] = strdup(text ? text : "dead");
    if (jobs->grows && jobs->count < JOBS)
        jobs->count++;
}

static bool run(struct jobs *jobs, const char **problem)
{
    static struct arena arena;
    const struct conductor_options options = {.agent = agent_path(), .timeout_ms = 60000};
    const struct pool_settings settings = {.conductor = &options,
                                           .jobs = 3,
                                           .count = &jobs->count,
                                           .task = task_of,
                                           .perform = perform,
                                           .take = take,
                                           .context = jobs};

    return pool_run(&settings, &arena, problem);
}

static void expect(const struct jobs *jobs, size_t index, const char *text)
{
    ck_assert_msg(jobs->texts[index] && strcmp(jobs->texts[index], text) == 0, "job %zu: %s", index,
                  jobs->texts[index]);
}

static void forget(struct jobs *jobs)
{
    for (size_t i = 0; i < JOBS; i++)
        free(jobs->texts[i]);
}

START_TEST(every_job_is_done_once)
{
    struct jobs jobs = {.count = FIRST};
    const char *problem;
    char text[32];

    ck_assert(run(&jobs, &problem));
    for (size_t i = 0; i < FIRST; i++) {
        snprintf(text, sizeof(text), "task %zu is done", i);
        expect(&jobs, i, text);
    }
    ck_assert_ptr_null(jobs.texts[FIRST]);
    forget(&jobs);
}
END_TEST

START_TEST(jobs_may_come_of_jobs)
{
    struct jobs jobs = {.count = 1, .grows = true};
    const char *problem;

    ck_assert(run(&jobs, &problem));
    ck_assert_uint_eq(jobs.count, JOBS);
    expect(&jobs, JOBS - 1, "task 39 is done");
    forget(&jobs);
}
END_TEST

START_TEST(a_worker_that_dies_costs_its_job_alone)
{
    struct jobs jobs = {.count = JOBS, .dies = true};
    const char *problem;

    ck_assert(run(&jobs, &problem));
    for (size_t i = 0; i < JOBS; i++)
        ck_assert_msg((strcmp(jobs.texts[i], "dead") == 0) == (i == DEADLY), "job %zu: %s", i, jobs.texts[i]);
    forget(&jobs);
}
END_TEST

START_TEST(trouble_of_a_worker_ends_the_pool)
{
    struct jobs jobs = {.count = JOBS, .has_trouble = true};
    const char *problem = NULL;

    ck_assert(!run(&jobs, &problem));
    ck_assert_str_eq(problem, "it is all too much");
    ck_assert_ptr_null(jobs.texts[DEADLY]);
    forget(&jobs);
}
END_TEST

Suite *pool_suite(void)
{
    Suite *suite = suite_create("pool");
    TCase *pools = tcase_create("pools");

    tcase_add_test(pools, every_job_is_done_once);
    tcase_add_test(pools, jobs_may_come_of_jobs);
    tcase_add_test(pools, a_worker_that_dies_costs_its_job_alone);
    tcase_add_test(pools, trouble_of_a_worker_ends_the_pool);
    suite_add_tcase(suite, pools);
    return suite;
}
