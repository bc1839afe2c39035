#include "cli/places.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/scene_case.h"

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* The real path, without the working folder in front where it is below that; NULL when there is none. */
static const char *tidy(const char *path, struct arena *arena)
{
    char real[PATH_MAX], here[PATH_MAX];

    if (!realpath(path, real))
        return NULL;
    size_t length = getcwd(here, sizeof(here)) ? strlen(here) : 0;

    if (length > 1 && strncmp(real, here, length) == 0 && real[length] == '/')
        return arena_print(arena, "%s", real + length + 1);
    return arena_print(arena, "%s", real);
}

/* `below` relative to the folder of the running executable, tidied; NULL when it does not exist. */
static const char *beside_executable(const char *below, struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

    if (length <= 0)
        return NULL;
    path[length] = '\0';
    *strrchr(path, '/') = '\0';
    return tidy(arena_print(arena, "%s/%s", path, below), arena);
}

static const char *first_beside(const char *const *places, bool (*is_right)(const char *path),
                                struct arena *arena)
{
    for (; *places; places++) {
        const char *path = beside_executable(*places, arena);

        if (path && is_right(path))
            return path;
    }
    return NULL;
}

const char *place_of_cases(const struct options *options, struct arena *arena, const char **problem)
{
    static const char *const places[] = {"../cases", "../share/ipcdrill/cases", NULL};
    const char *told = options->cases ? options->cases : getenv("IPCDRILL_CASES");

    if (told && *told) {
        if (!is_folder(told)) {
            *problem = arena_print(arena, "%s '%s' is no folder that can be read",
                                   options->cases ? "--cases" : "$IPCDRILL_CASES", told);
            return NULL;
        }
        return tidy(told, arena);
    }
    const char *found = is_folder("cases") ? "cases" : first_beside(places, is_folder, arena);

    if (!found)
        *problem =
            "no folder of case files: there is no ./cases, and none beside the executable; name one with "
            "--cases DIR";
    return found;
}

/* Wrong headers have an agent of their own, compiled with them; the others share one. */
static const char *agent_of_deviant(const char *deviant, struct arena *arena)
{
    const char *const places[] = {arena_print(arena, "deviants/agents/%s", deviant),
                                  "deviants/ipcdrill-agent", NULL};

    return first_beside(places, is_file, arena);
}

const char *place_of_agent(const struct options *options, struct arena *arena, const char **problem)
{
    static const char *const places[] = {"ipcdrill-agent", "../libexec/ipcdrill/ipcdrill-agent", NULL};
    const char *found = options->agent     ? options->agent
                        : options->deviant ? agent_of_deviant(options->deviant, arena)
                                           : first_beside(places, is_file, arena);

    if (!found && options->deviant) {
        *problem = "there are no deviants beside this executable; `make deviants` builds them";
        return NULL;
    }
    if (!found) {
        *problem = "the agent is neither beside this executable (ipcdrill-agent) nor in ../libexec/ipcdrill; "
                   "name it with --agent PATH";
        return NULL;
    }
    if (!is_file(found) || access(found, X_OK) != 0) {
        *problem = arena_print(arena, "the agent '%s' is no file that can be executed", found);
        return NULL;
    }
    return tidy(found, arena);
}

const char *place_of_programs(const struct options *options, struct arena *arena)
{
    static const char *const places[] = {"fixtures", "../libexec/ipcdrill/fixtures", NULL};
    const char *found = options->programs ? options->programs : first_beside(places, is_folder, arena);

    return found ? found : "fixtures";
}

const char *place_of_reports(const struct options *options, const char *cases_folder, struct arena *arena)
{
    if (options->output)
        return options->output;
    if (is_folder("reports"))
        return "reports";
    if (!cases_folder)
        return NULL;
    const char *beside = arena_print(arena, "%s/../reports", cases_folder);

    return is_folder(beside) ? tidy(beside, arena) : NULL;
}

const char *place_of_clauses(const char *path, struct arena *arena)
{
    char real[PATH_MAX];

    if (!realpath(path, real))
        return NULL;
    for (char *slash = real + strlen(real); slash; slash = strrchr(real, '/')) {
        *slash = '\0';
        const char *table = arena_print(arena, "%s/clauses.tsv", real);

        if (is_file(table))
            return tidy(table, arena);
    }
    return NULL;
}

static bool is_disposable(void)
{
    const char *told = getenv("IPCDRILL_DISPOSABLE");

    return told && strcmp(told, "1") == 0;
}

bool conductor_options_from(const struct options *options, struct conductor_options *conductor,
                            struct arena *arena, const char **problem)
{
    static const char *const deviants[] = {"deviants/deviant.so", NULL};

    *conductor = (struct conductor_options){
        .agent = place_of_agent(options, arena, problem),
        .programs = place_of_programs(options, arena),
        .deviant = options->deviant,
        .deviants = first_beside(deviants, is_file, arena),
        .isolation = (enum isolation)options->isolation,
        .calls = (enum calls_route)options->calls,
        .profile = (enum profile)options->profile,
        .disposable = is_disposable(),
        .timeout_ms = options->timeout_ms,
        .processor = -1,
        .perform_scene = scene_case_perform,
    };
    return conductor->agent != NULL;
}
