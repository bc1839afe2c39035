/*
 * What a case may set of the whole machine, by name. Here a setting is only known and read; making it, and putting
 * the old value back, is the supervisor's (supervisor/machine.h).
 */
#ifndef IPCDRILL_VOCABULARY_SETTINGS_H
#define IPCDRILL_VOCABULARY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct setting_description {
    const char *name;      /* "hugepages", "sysctl vm.overcommit_memory" */
    const char *argument;  /* what stands behind the name: "SIZE COUNT" */
    long long least, most; /* of the number, which is the last word of the argument */
    const char *meaning;
};

enum { SETTING_PATH_MAX = 128 };

/* One setting of one case. */
struct setting {
    const struct setting_description *description;
    char path[SETTING_PATH_MAX]; /* the file, or for huge pages the folder of their size (sysfs, Linux ABI) */
    long long value;
    bool is_hugepages; /* value is how many must be free */
};

/* The description at that place of settings.def, or NULL past the end. */
const struct setting_description *setting_at(size_t index);

/* The description whose name `text` begins with, or NULL. */
const struct setting_description *setting_find(const char *text);

/* Reads all that stands behind `sets` in a case. Returns false when the name or the argument is not right. */
bool setting_read(const char *text, struct setting *setting);

/* "2M" or "64T" in bytes; 0 when it is no such thing. */
unsigned long long size_read(const char *text);

#endif
