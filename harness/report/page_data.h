/*
 * The data of the report page: one JSON object, {"matrix": ..., "details": ...}, in two files with the same content.
 * data.json is for programs. data.js is for the page, which has to work from the file system, where a browser lets no
 * page fetch a file but lets it run a script: it assigns the two members to ipcdrill.data as strings of JSON, so that the
 * page reads the matrix at once and the far larger details only when a case is looked at. reports/README.md documents
 * the schema. Nothing is escaped for HTML here: the page puts text into text nodes only.
 */
#ifndef IPCDRILL_PAGE_DATA_H
#define IPCDRILL_PAGE_DATA_H

#include "notation/clauses.h"
#include "report/page_table.h"

/* All that the page shows. */
struct page_data {
    struct page_table *table;
    const struct clause_table *clauses;    /* may be NULL */
    const size_t *clause_cases;            /* for each clause how many cases name it */
    const struct diagnostics *diagnostics; /* what could not be read */
    json_t *findings;                      /* of findings_read: array of {title, file, items} */
    json_t *coverage;                      /* array of {title, link} */
};

/* Writes both files. Trouble in writing is found by the caller with ferror. */
void page_data_write(const struct page_data *data, FILE *json, FILE *script);

#endif
