#include "tests/traced_target.h"

#include <unistd.h>

#include "tests/surroundings.h"
#include "tests/tests.h"

struct target target;
int filter;
static struct conductor_options target_options;

void open_target(void)
{
    const char *problem = NULL;

    target_options = (struct conductor_options){.agent = agent_path(), .timeout_ms = 60000, .processor = -1};
    ck_assert_msg(target_start(&target, &target_options, &problem), "%s", problem);
    filter = session_filter(NULL, &problem);
    ck_assert_msg(filter >= 0, "%s", problem);
}

void close_target(void)
{
    close(filter);
    target_stop(&target);
}
