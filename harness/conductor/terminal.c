#include "conductor/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

bool terminal_open(bool raw, int *master, int *slave)
{
    struct termios settings;
    char name[128];

    *slave = -1;
    *master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0 &&
        ptsname_r(*master, name, sizeof(name)) == 0)
        *slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*slave < 0 || tcgetattr(*slave, &settings) < 0)
        return false;
    settings.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    settings.c_oflag &= ~(tcflag_t)OPOST;
    settings.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON);
    if (raw)
        settings.c_lflag &= ~(tcflag_t)(ICANON | ISIG | IEXTEN);
    return tcsetattr(*slave, TCSANOW, &settings) == 0;
}
