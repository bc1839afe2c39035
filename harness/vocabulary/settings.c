#include "vocabulary/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct setting_description settings[] = {
#define SETTING(name, argument, least, most, meaning) {name, argument, least, most, meaning},
#include "vocabulary/settings.def"
#undef SETTING
};

static const char sysctl_prefix[] = "sysctl ";

const struct setting_description *setting_at(size_t index)
{
    return index < sizeof(settings) / sizeof(*settings) ? &settings[index] : NULL;
}

const struct setting_description *setting_find(const char *text)
{
    for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
        size_t length = strlen(settings[i].name);

        if (strncmp(text, settings[i].name, length) == 0 && (text[length] == ' ' || text[length] == '\0'))
            return &settings[i];
    }
    return NULL;
}

unsigned long long size_read(const char *text)
{
    static const char units[] = "KMGT";
    char *unit;
    unsigned long long size = strtoull(text, &unit, 10);
    const char *place = *unit ? strchr(units, *unit) : NULL;

    return place && (unit[1] == '\0' || unit[1] == ' ') ? size << (10 * (place - units + 1)) : 0;
}

/* vm.overcommit_memory is /proc/sys/vm/overcommit_memory. */
static void fill_sysctl_path(struct setting *setting)
{
    const char *name = setting->description->name + sizeof(sysctl_prefix) - 1;
    int prefix = snprintf(setting->path, sizeof(setting->path), "/proc/sys/");

    snprintf(setting->path + prefix, sizeof(setting->path) - (size_t)prefix, "%s", name);
    for (char *dot = strchr(setting->path, '.'); dot; dot = strchr(dot, '.'))
        *dot = '/';
}

/* Takes the size off the argument: "2M 4" becomes "4". Documented in sysfs-kernel-mm-hugepages. */
static bool fill_hugepages_path(struct setting *setting, const char **argument)
{
    unsigned long long size = size_read(*argument);

    if (!size || size & (size - 1))
        return false;
    setting->is_hugepages = true;
    snprintf(setting->path, sizeof(setting->path), "/sys/kernel/mm/hugepages/hugepages-%llukB", size >> 10);
    *argument += strcspn(*argument, " ");
    *argument += strspn(*argument, " ");
    return true;
}

bool setting_read(const char *text, struct setting *setting)
{
    const struct setting_description *description = setting_find(text);
    char *end;

    if (!description)
        return false;
    const char *argument = text + strlen(description->name);

    argument += strspn(argument, " ");
    *setting = (struct setting){.description = description};
    if (strncmp(description->name, sysctl_prefix, sizeof(sysctl_prefix) - 1) == 0)
        fill_sysctl_path(setting);
    else if (!fill_hugepages_path(setting, &argument))
        return false;
    setting->value = strtoll(argument, &end, 10);
    return end != argument && *end == '\0' && setting->value >= description->least &&
           setting->value <= description->most;
}
