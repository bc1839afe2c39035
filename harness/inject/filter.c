#include "inject/filter.h"

#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "inject/system_call.h"

enum {
    API_THAT_NOTIFIES = 6, /* seccomp_api_get(3): user notification with flags, Linux 5.5 */
    OPTIMISE_AS_TREE = 2,
};

static void add(struct filter_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], name) == 0)
            return;
    if (names->count < FILTER_NAMES_MAX)
        names->names[names->count++] = name;
}

void filter_names_add_sets(struct filter_names *names, unsigned sets)
{
    const char *name;

    for (size_t i = 0; (name = system_call_kernel_name(sets, i)); i++)
        add(names, name);
}

void filter_names_add(struct filter_names *names, const char *name)
{
    const char *kernel;

    for (size_t i = 0; (kernel = system_call_kernel_name_of(name, i)); i++)
        add(names, kernel);
}

/* Programs of the other word size that a native kernel runs. */
static bool add_other_word(scmp_filter_ctx filter)
{
    static const struct {
        uint32_t native, other;
    } pairs[] = {{SCMP_ARCH_X86_64, SCMP_ARCH_X86},
                 {SCMP_ARCH_AARCH64, SCMP_ARCH_ARM},
                 {SCMP_ARCH_S390X, SCMP_ARCH_S390},
                 {SCMP_ARCH_PPC64, SCMP_ARCH_PPC}};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        if (pairs[i].native == seccomp_arch_native())
            return seccomp_arch_add(filter, pairs[i].other) == 0;
    return true;
}

static bool add_rules(scmp_filter_ctx filter, const struct filter_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        int number = seccomp_syscall_resolve_name(names->names[i]);

        /* A call that this libseccomp does not know is one that nothing here can make either. */
        if (number != __NR_SCMP_ERROR && seccomp_rule_add(filter, SCMP_ACT_NOTIFY, number, 0) != 0)
            return false;
    }
    return true;
}

int filter_open(const struct filter_names *names, const char **problem)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int descriptor = -1;

    *problem = "this kernel has no seccomp user notification (Linux 5.5 or newer, CONFIG_SECCOMP_FILTER)";
    if (!filter || seccomp_api_get() < API_THAT_NOTIFIES) {
        seccomp_release(filter);
        return -1;
    }
    seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, OPTIMISE_AS_TREE);
    if (!add_other_word(filter) || !add_rules(filter, names)) {
        *problem = "libseccomp refuses a rule of the filter";
    } else {
        *problem = "the filter cannot be written";
        descriptor = memfd_create("ipcdrill-filter", MFD_CLOEXEC);
        if (descriptor >= 0 && seccomp_export_bpf(filter, descriptor) != 0) {
            close(descriptor);
            descriptor = -1;
        }
    }
    seccomp_release(filter);
    return descriptor;
}

bool filter_is_unsupported(const char *problem)
{
    return strncmp(problem, "seccomp: ", 9) == 0 || strstr(problem, ": seccomp: ") ||
           strstr(problem, "no seccomp user notification");
}
