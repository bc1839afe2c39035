/* Finding case files below folders, in an order that does not depend on the file system. */
#ifndef IPCDRILL_DRILL_FILES_H
#define IPCDRILL_DRILL_FILES_H

#include "notation/tree.h"

enum {
    FOLDER_DEPTH_MAX = 32,
    DRILL_FILES_MAX = 100000,
};

/*
 * Appends to `paths` the *.drill files below a folder, sorted, or the path itself when it is no folder. What
 * is wrong goes to `diagnostics`. The words are in `arena`. Returns how many were added.
 */
size_t drill_files_find(const char *path, struct word **paths, struct arena *arena,
                        struct diagnostics *diagnostics);

#endif
