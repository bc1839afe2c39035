/* Report pages for tests: records to make them from, and their data. */
#ifndef IPCDRILL_TESTS_PAGE_H
#define IPCDRILL_TESTS_PAGE_H

#include <jansson.h>

#include "supervisor/record.h"

/* A record that passes, and one that fails, of the first row of a case in cases/shmget/a.drill. */
struct record page_record(const char *title);
struct record page_failure(const char *title, const char *got);

#define RECORDS(...) ((const struct record[]){__VA_ARGS__, {0}})

/* Writes records one behind the other into the scratch folder; a NULL title ends them. */
const char *page_write_records(const char *name, const struct record *records);

/* A scratch folder with cases/shmget/a.drill and clauses. */
void page_scratch_make(void);

/* Runs `ipcdrill report ARGUMENTS`, which must exit with `code`; its data, to be freed with json_decref. */
json_t *page_of(int code, const char *arguments);

/* A value below the matrix: "targets/0/runs/1/file"; fails the test when there is none. */
const json_t *page_value(const json_t *data, const char *path);
void page_expect_text(const json_t *data, const char *path, const char *expected);

#endif
