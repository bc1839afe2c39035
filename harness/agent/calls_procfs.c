/* What /proc says: our own words, with one route. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/calls.h"
#include "agent/lines.h"

enum {
    SYSCTL_PATH_MAX = 256,  /* bytes of a path under /proc/sys */
    SYSCTL_TEXT_MAX = 1024, /* bytes of a value written */
    COLUMNS_MAX = 32,       /* of /proc/sysvipc */
};

/* An address range of /proc/self/maps: "start-end perms offset device inode path". */
static void write_mapping(struct message *message, unsigned long start, unsigned long end, char *rest)
{
    char *next;
    const char *permissions = strtok_r(rest, " ", &next);
    const char *offset = strtok_r(NULL, " ", &next);
    strtok_r(NULL, " ", &next); /* the device */
    const char *inode = strtok_r(NULL, " ", &next);
    const char *path = strtok_r(NULL, "", &next);
    path = path ? path + strspn(path, " ") : "";
    message_word(message, "{start=");
    message_unsigned(message, start);
    message_word(message, ",end=");
    message_unsigned(message, end);
    message_word(message, ",perms=");
    message_bytes(message, (const unsigned char *)permissions, strlen(permissions));
    message_word(message, ",offset=");
    message_unsigned(message, strtoull(offset, NULL, 16));
    message_word(message, ",inode=");
    message_word(message, inode);
    message_word(message, ",path=");
    message_bytes(message, (const unsigned char *)path, strlen(path));
    message_character(message, '}');
}

static long long maps(struct call *call)
{
    struct lines lines;
    if (!lines_open(&lines, "/proc/self/maps"))
        return -1;
    unsigned long address = SIZE(0);
    bool found = false;
    char *line;
    while (!found && (line = lines_next(&lines))) {
        char *rest;
        unsigned long start = strtoul(line, &rest, 16);
        unsigned long end = strtoul(rest + 1, &rest, 16);
        found = address >= start && address < end;
        if (found)
            write_mapping(call->value, start, end, rest);
    }
    lines_close(&lines);
    errno = EFAULT;
    return found ? 0 : -1;
}

static long long procfs(struct call *call)
{
    struct lines lines;
    if (!lines_open(&lines, TEXT(0)))
        return -1;
    bool found = false;
    char *line;
    while (!found && (line = lines_next(&lines))) {
        char behind = strncmp(line, TEXT(1), LENGTH(1)) == 0 ? line[LENGTH(1)] : 'x';
        found = behind == ':' || isblank((unsigned char)behind) || behind == '\0';
        const char *number = found ? line + LENGTH(1) + strcspn(line + LENGTH(1), "0123456789") : "";
        found = *number != '\0';
        if (found)
            message_unsigned(call->value, strtoull(number, NULL, 10));
    }
    lines_close(&lines);
    errno = ENOENT;
    return found ? 0 : -1;
}

/* Cuts a line at its blanks. Returns how many columns there are. */
static int cut_columns(char *line, char *columns[COLUMNS_MAX])
{
    int count = 0;
    char *next;
    for (char *column = strtok_r(line, " \t", &next); column && count < COLUMNS_MAX;
         column = strtok_r(NULL, " \t", &next))
        columns[count++] = column;
    return count;
}

/* Gives the columns under their names in the header; perms is octal there. */
static void write_columns(struct message *message, char *const *names, char *const *columns, int count)
{
    message_character(message, '{');
    for (int i = 0; i < count; i++) {
        if (i > 0)
            message_character(message, ',');
        message_word(message, names[i]);
        message_character(message, '=');
        if (strcmp(names[i], "perms") == 0)
            message_unsigned(message, strtoul(columns[i], NULL, 8));
        else
            message_word(message, columns[i]);
    }
    message_character(message, '}');
}

/* The line of an identifier in /proc/sysvipc/shm or sem; `id_name` is its column. */
static long long sysvipc(struct call *call, const char *path, const char *id_name)
{
    static _Thread_local struct lines lines;
    static _Thread_local char header[LINE_MAX_BYTES + 1];
    if (!lines_open(&lines, path))
        return -1;
    char *names[COLUMNS_MAX], *columns[COLUMNS_MAX];
    char *line = lines_next(&lines);
    int name_count = line ? cut_columns(strcpy(header, line), names) : 0;
    int id_column = 0;
    while (id_column < name_count && strcmp(names[id_column], id_name) != 0)
        id_column++;
    bool found = false;
    while (!found && (line = lines_next(&lines))) {
        int count = cut_columns(line, columns);
        found = id_column < count && count <= name_count && strtol(columns[id_column], NULL, 10) == INT(0);
        if (found)
            write_columns(call->value, names, columns, count);
    }
    lines_close(&lines);
    errno = EINVAL;
    return found ? 0 : -1;
}

/* "kernel.shmmax" is /proc/sys/kernel/shmmax. */
static bool sysctl_path(const char *name, char path[SYSCTL_PATH_MAX])
{
    static const char folder[] = "/proc/sys/";
    if (strlen(name) + sizeof(folder) > SYSCTL_PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    strcpy(path, folder);
    char *at = path + strlen(folder);
    for (; *name; name++)
        *at++ = *name == '.' ? '/' : *name;
    *at = '\0';
    return true;
}

/* A value as /proc/sys wants it: a number, or the numbers of an array of long with tabs between. */
static void write_sysctl_text(struct message *text, const struct argument *value)
{
    const long *numbers = (const long *)value->value;
    if (value->kind == ARGUMENT_NUMBER && value->negative)
        message_number(text, (long)value->value);
    else if (value->kind == ARGUMENT_NUMBER)
        message_unsigned(text, value->value);
    for (size_t i = 0; value->kind == ARGUMENT_BUFFER && i < value->size / sizeof(long); i++) {
        if (i > 0)
            message_character(text, '\t');
        message_number(text, numbers[i]);
    }
    message_character(text, '\n');
}

static long long sysctl_write(const char *path, const struct argument *value)
{
    char bytes[SYSCTL_TEXT_MAX];
    struct message text = message_in(bytes, sizeof(bytes));
    write_sysctl_text(&text, value);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    ssize_t written = write(file, text.text, text.length);
    int error = errno;
    close(file);
    errno = error;
    return written < 0 ? -1 : 0;
}

static bool is_number(const char *text)
{
    char *end;
    strtoull(text, &end, 10);
    return end != text && *end == '\0';
}

/* A number, [number,number,...], or the text as it stands when it is something else. */
static void write_sysctl_value(struct message *message, char *line)
{
    static _Thread_local char whole[LINE_MAX_BYTES + 1];
    strcpy(whole, line);
    char *columns[COLUMNS_MAX];
    int count = cut_columns(line, columns);
    bool numbers = count > 0;
    for (int i = 0; i < count; i++)
        numbers = numbers && is_number(columns[i]);
    if (!numbers) {
        message_bytes(message, (const unsigned char *)whole, strlen(whole));
        return;
    }
    for (int i = 0; i < count; i++) {
        if (count > 1)
            message_character(message, i == 0 ? '[' : ',');
        message_word(message, columns[i]);
    }
    if (count > 1)
        message_character(message, ']');
}

static long long sysctl(struct call *call)
{
    char path[SYSCTL_PATH_MAX];
    if (!sysctl_path(TEXT(0), path))
        return -1;
    if (call->arguments->count > 1)
        return sysctl_write(path, &call->arguments->items[1]);
    static _Thread_local struct lines lines;
    if (!lines_open(&lines, path))
        return -1;
    errno = 0;
    char *line = lines_next(&lines);
    lines_close(&lines);
    if (line)
        write_sysctl_value(call->value, line);
    else if (errno == 0)
        message_word(call->value, "\"\"");
    return line || errno == 0 ? 0 : -1;
}

/* clang-format off */
#define PROCFS_CALLS(X)                                                                                              \
    X(maps, maps(call))                                                                                              \
    X(procfs, procfs(call))                                                                                          \
    X(sysvipc_shm, sysvipc(call, "/proc/sysvipc/shm", "shmid"))                                                      \
    X(sysvipc_sem, sysvipc(call, "/proc/sysvipc/sem", "semid"))                                                      \
    X(sysctl, sysctl(call))
/* clang-format on */

CALL_FAMILY(procfs_calls, PROCFS_CALLS)
