#include "vocabulary/needs.h"

#include <string.h>

static const struct need needs[] = {
#define NEED(name, argument, meaning, remedy) {name, argument, meaning, remedy},
#include "vocabulary/needs.def"
#undef NEED
};

static const char capability_prefix[] = "CAP_";

const struct need *need_at(size_t index)
{
    return index < sizeof(needs) / sizeof(*needs) ? &needs[index] : NULL;
}

const char *need_argument(const char *text)
{
    if (strncmp(text, capability_prefix, sizeof(capability_prefix) - 1) == 0)
        return text;
    text += strcspn(text, " \t");
    return text + strspn(text, " \t");
}

const struct need *need_find(const char *text)
{
    size_t length = strcspn(text, " \t");
    const char *argument = need_argument(text);

    for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
        const struct need *need = &needs[i];

        if (argument == text ? strcmp(need->name, capability_prefix) == 0
                             : strlen(need->name) == length && strncmp(need->name, text, length) == 0)
            return !*argument == !*need->argument ? need : NULL;
    }
    return NULL;
}
