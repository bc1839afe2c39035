/*
 * Many results files in one table: what each run of each target said of each instance. The report page is made
 * from it. Memory grows with the number of instances, targets and runs, not with the length of the files: what a
 * record says in words waits in an unnamed temporary file. Owns all of it.
 *
 * A target is what was judged (record.h), its name included. Files of the same target are its
 * runs, the oldest first; the last one is what the target says today.
 */
#ifndef IPCDRILL_PAGE_TABLE_H
#define IPCDRILL_PAGE_TABLE_H

#include <jansson.h>
#include <time.h>

#include "report/results.h"
#include "supervisor/known.h"

enum {
    PAGE_TARGETS_MAX = 64,
    PAGE_RUNS_MAX = 1000, /* of one target */
    PAGE_INSTANCES_MAX = 1000000,
};

/* What one run said of one instance: the worst of its repeats. */
struct page_cell {
    bool present;
    bool deviates;          /* passed with an answer that is Linux's and not POSIX's */
    unsigned char verdict;  /* enum verdict_kind */
    unsigned repeats, reds; /* records of it, and those of them that were red */
    uint64_t duration_ns;   /* the longest */
    long words;             /* where the words of the worst stand in the temporary file */
};

struct page_run {
    const char *path;
    const char *tool; /* the version of ipcdrill that ran; "" when the records do not say */
    time_t written;   /* when the file was */
    struct page_cell *cells;
    size_t room; /* of cells; instances beyond it were not run */
};

struct page_target {
    struct judged_target judged; /* its name as given with the file, else as the records have it */
    struct page_run *runs;
    size_t run_count;
};

struct page_instance {
    const char *title, *file, *group; /* the file from its folder cases/ on, wherever that was */
    int line;
    size_t row;
    struct word *clauses;
    const char
        *text; /* the case as its file has it, or NULL; whoever knows the cases sets it, and keeps it alive */
    int text_line; /* the first line of that */
    bool has_pass;
    long pass_words; /* where the words of the last pass stand */
    size_t pass_target;
};

struct page_table {
    struct arena arena;
    const struct known_table *known; /* makes xfail and xpass of verdicts; set by the caller, may be NULL */
    FILE *words;                     /* written to its end, then read */
    long words_end;
    char *line; /* the last one read */
    size_t line_room;
    json_t *places; /* key of an instance: its place in the list */
    struct page_instance *instances;
    size_t instance_count, instance_room;
    struct page_target *targets;
    size_t target_count;
};

/* Returns NULL with errno when there is no place for the temporary file. */
struct page_table *page_table_start(void);

/*
 * Adds a results file as a run of each target in it. `name` is what its targets are called, NULL: as its records say. Lines
 * that are no record go to `diagnostics`, the others are added all the same. Returns false when there were any, or
 * no record, or more than the bounds allow.
 */
bool page_table_read(struct page_table *table, const char *path, const char *name,
                     struct diagnostics *diagnostics);

/* The instance of that file, title and row, or NULL. */
struct page_instance *page_table_find(const struct page_table *table, const char *file, const char *title,
                                      size_t row);

/* The cell of a run, or NULL when the run does not have that instance. */
const struct page_cell *page_cell_at(const struct page_run *run, size_t instance);

/* Of what a target said last. */
const struct page_run *page_last_run(const struct page_target *target);

/*
 * The words kept at a place: a JSON object of reason, known, expected, got, failed_line and transcript, those that there are.
 * Valid until the next call.
 */
const char *page_table_words(struct page_table *table, long place);

/* NULL is allowed. */
void page_table_free(struct page_table *table);

#endif
