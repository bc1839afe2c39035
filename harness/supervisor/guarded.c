#include "supervisor/guarded.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conductor/memory_cgroup.h"
#include "conductor/process.h"
#include "supervisor/guardian.h"

enum {
    RECORD_TRIES_MAX = 16,      /* each lost to a run that recovers in just that moment */
    WRITE_BACK_LIMIT_MS = 2000, /* for a namespace that is dying: far more than it takes */
};

static const char settings_record[] = "settings"; /* lines "OLD PATH"; the machine's lock says whose it is */
static const char cgroup_record[] = "cgroup-";    /* the path; locked as long as its guardian lives */

static const char *complain(struct guarded *guarded, const char *what, const char *path)
{
    snprintf(guarded->problem, sizeof(guarded->problem), "%s %.*s: %s", what, GUARDED_PATH_MAX, path,
             strerror(errno));
    return guarded->problem;
}

/* A setting of the kernel is written in one call or not at all. */
static bool write_number(const char *path, long long number)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "%lld\n", number);
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    bool written = descriptor >= 0 && write(descriptor, text, (size_t)length) == length;
    int error = errno;

    if (descriptor >= 0)
        close(descriptor);
    errno = error;
    return written;
}

bool guarded_read(const char *path, long long *number)
{
    FILE *file = fopen(path, "re");
    bool read = file && fscanf(file, "%lld", number) == 1;

    if (file)
        fclose(file);
    return read;
}

/*
 * Huge pages that a dying namespace still holds count as surplus then, and the kernel can be left with free ones of
 * that sort, which nothing gives back. So: until the file says what was written, all are made ordinary and it is
 * written again.
 */
static bool write_back(const char *path, long long old)
{
    int64_t deadline_ns = monotonic_ns() + WRITE_BACK_LIMIT_MS * INT64_C(1000000);
    long long now;

    while (write_number(path, old)) {
        if (!guarded_read(path, &now) || now == old || monotonic_ns() > deadline_ns)
            return true;
        write_number(path, now);
        sched_yield();
    }
    return false;
}

/* The record as it should be now takes the place of the one before, whole. */
static bool write_record(const struct guarded *guarded)
{
    char path[GUARDED_PATH_MAX + 32], draft[GUARDED_PATH_MAX + 32];

    snprintf(path, sizeof(path), "%s/%s", guarded->records, settings_record);
    snprintf(draft, sizeof(draft), "%s/%s.new", guarded->records, settings_record);
    if (guarded->setting_count == 0)
        return unlink(path) == 0 || errno == ENOENT;
    FILE *out = fopen(draft, "we");

    if (!out)
        return false;
    for (int i = 0; i < guarded->setting_count; i++)
        fprintf(out, "%lld %s\n", guarded->settings[i].old, guarded->settings[i].path);
    return fclose(out) == 0 && rename(draft, path) == 0;
}

const char *guarded_set(struct guarded *guarded, const char *path, long long value, long long old)
{
    if (guarded->setting_count == GUARDED_SETTINGS_MAX)
        return "too many settings in one case";
    int place = guarded->setting_count++;
    const char *problem = NULL;

    snprintf(guarded->settings[place].path, sizeof(guarded->settings[place].path), "%s", path);
    guarded->settings[place].old = old;
    if (!write_record(guarded))
        problem = complain(guarded, "cannot put on record in", guarded->records);
    else if (!write_number(path, value))
        problem = complain(guarded, "cannot write", path);
    if (problem) {
        guarded->setting_count--;
        write_record(guarded);
    }
    return problem;
}

const char *guarded_put_back(struct guarded *guarded)
{
    while (guarded->setting_count > 0) {
        int last = guarded->setting_count - 1;

        if (!write_back(guarded->settings[last].path, guarded->settings[last].old))
            return complain(guarded, "cannot put back", guarded->settings[last].path);
        guarded->setting_count--;
    }
    return write_record(guarded) ? NULL : complain(guarded, "cannot clear the record in", guarded->records);
}

/* Opens a new record and locks it before anyone can take it for a dead guardian's. */
static bool open_record(struct guarded *guarded)
{
    struct stat status;

    for (int tries = 0; tries < RECORD_TRIES_MAX; tries++) {
        snprintf(guarded->record, sizeof(guarded->record), "%s/%sXXXXXX", guarded->records, cgroup_record);
        guarded->lock = mkostemp(guarded->record, O_CLOEXEC);
        if (guarded->lock < 0)
            return false;
        if (flock(guarded->lock, LOCK_EX | LOCK_NB) == 0 && fstat(guarded->lock, &status) == 0 &&
            status.st_nlink > 0)
            return true;
        close(guarded->lock);
    }
    return false;
}

const char *guarded_make_cgroup(struct guarded *guarded, const char *parent)
{
    if (*guarded->cgroup)
        return NULL;
    if (!open_record(guarded))
        return complain(guarded, "cannot put on record in", guarded->records);
    const char *suffix = strrchr(guarded->record, '-') + 1;
    char path[GUARDED_PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/ipcdrill-%s", parent, suffix);

    if (length < (int)sizeof(path) && write(guarded->lock, path, (size_t)length) == length &&
        mkdir(path, 0755) == 0) {
        memcpy(guarded->cgroup, path, (size_t)length + 1);
        return NULL;
    }
    const char *problem = complain(guarded, "cannot make the cgroup", path);

    unlink(guarded->record);
    close(guarded->lock);
    guarded->lock = -1;
    return problem;
}

void guarded_remove_cgroup(struct guarded *guarded)
{
    if (!*guarded->cgroup)
        return;
    if (memory_cgroup_remove(guarded->cgroup))
        unlink(guarded->record);
    close(guarded->lock);
    guarded->lock = -1;
    *guarded->cgroup = '\0';
}

static void recover_settings(const char *records)
{
    struct guarded dead = {.records = records, .lock = -1};
    char path[GUARDED_PATH_MAX], line[GUARDED_PATH_MAX + 32];

    snprintf(path, sizeof(path), "%s/%s", records, settings_record);
    FILE *record = fopen(path, "re");

    while (record && dead.setting_count < GUARDED_SETTINGS_MAX && fgets(line, sizeof(line), record)) {
        char *place;

        dead.settings[dead.setting_count].old = strtoll(line, &place, 10);
        place += *place == ' ';
        place[strcspn(place, "\n")] = '\0';
        snprintf(dead.settings[dead.setting_count].path, GUARDED_PATH_MAX, "%s", place);
        dead.setting_count++;
    }
    if (!record)
        return;
    fclose(record);
    guarded_put_back(&dead);
}

/* A record that can be locked is a dead guardian's. */
static void recover_cgroup(const char *record)
{
    struct guarded dead = {.lock = open(record, O_RDWR | O_CLOEXEC)};

    if (dead.lock < 0)
        return;
    if (flock(dead.lock, LOCK_EX | LOCK_NB) == 0) {
        snprintf(dead.record, sizeof(dead.record), "%s", record);
        if (read(dead.lock, dead.cgroup, sizeof(dead.cgroup) - 1) > 0) {
            guarded_remove_cgroup(&dead);
            return;
        }
        unlink(record);
    }
    close(dead.lock);
}

void guardian_recover(const char *records)
{
    DIR *folder = opendir(records);
    struct dirent *entry;

    recover_settings(records);
    while (folder && (entry = readdir(folder))) {
        char path[GUARDED_PATH_MAX];

        if (strncmp(entry->d_name, cgroup_record, sizeof(cgroup_record) - 1) == 0 &&
            snprintf(path, sizeof(path), "%s/%s", records, entry->d_name) < (int)sizeof(path))
            recover_cgroup(path);
    }
    if (folder)
        closedir(folder);
}
