#include "cli/check_suite.h"

#include <stdlib.h>
#include <string.h>

#include "report/failure.h"

enum { MESSAGE_BYTES_MAX = 3500 }; /* Check loses what is beyond 4,096 */

static struct {
    struct single *single;
    const struct clause_table *clauses;
    struct tally tally;
    char message[MESSAGE_BYTES_MAX + 1]; /* outlives the jump out of a failed test */
    char file[MESSAGE_BYTES_MAX + 1];
} run;

/* Check writes names into its XML as they are. */
static const char *plain_name(const char *title, struct arena *arena)
{
    static const char special[] = "<>&", instead[] = "[]+";
    char *name = arena_copy(arena, title, strlen(title));

    for (char *at = strpbrk(name, special); at; at = strpbrk(at, special))
        *at = instead[strchr(special, *at) - special];
    return name;
}

static void fill_message(const struct record *record)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        abort();
    fprintf(out, "%s: %s\n", verdict_name(record->verdict.kind), record->title);
    failure_print_details(record, run.clauses, out);
    fclose(out);
    snprintf(run.message, sizeof(run.message), "%s", text);
    free(text);
}

/* The loop variable is the position of the instance. */
static void run_instance(int position)
{
    struct arena arena = {0};
    struct record record;

    single_run(run.single, (size_t)position, &arena, &record);
    tally_add(&run.tally, &record);
    int line = record.verdict.line;
    bool red = verdict_is_red(record.verdict.kind);

    snprintf(run.file, sizeof(run.file), "%s", record.file);
    _mark_point(run.file, line);
    if (red)
        fill_message(&record);
    arena_free(&arena);
    if (red)
        _ck_assert_failed(run.file, line, "verdict", "%s", run.message);
}

static TTest *make_test(const struct selected_instance *instance, struct arena *arena)
{
    TTest *test = arena_take(arena, sizeof(*test));

    *test = (TTest){
        .name = plain_name(instance->drill_case->title, arena),
        .fn = run_instance,
        .file = instance->file->path,
        .line = instance->drill_case->at.line,
    };
    return test;
}

Suite *check_suite_make(const struct instances *instances, struct single *single,
                        const struct clause_table *clauses, struct arena *arena)
{
    Suite *suite = suite_create("ipcdrill");
    const struct case_file *file = NULL;
    TCase *tcase = NULL;
    size_t end = instances_count(instances);

    run.single = single;
    run.clauses = clauses;
    for (size_t position = 0; position < end;) {
        struct selected_instance instance = instances_at(instances, position);
        size_t first = position;

        if (instance.file != file) {
            file = instance.file;
            tcase = tcase_create(file->path);
            suite_add_tcase(suite, tcase);
        }
        while (position < end && instances_at(instances, position).drill_case == instance.drill_case)
            position++;
        _tcase_add_test(tcase, make_test(&instance, arena), 0, 0, (int)first, (int)position);
    }
    return suite;
}

const struct tally *check_suite_tally(void)
{
    return &run.tally;
}
