/* The report page itself: the files of reports/page/, built into the tool so that it needs nothing beside it. */
#ifndef IPCDRILL_PAGE_FILES_H
#define IPCDRILL_PAGE_FILES_H

#include <stddef.h>

struct page_file {
    const char *name; /* "index.html" */
    const unsigned char *bytes;
    size_t length;
};

/* The file at that place, or NULL past the end. */
const struct page_file *page_file_at(size_t index);

#endif
