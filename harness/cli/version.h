/* The version, in one place. */
#ifndef IPCDRILL_VERSION_H
#define IPCDRILL_VERSION_H

#define IPCDRILL_VERSION "0.1.0"

#endif
