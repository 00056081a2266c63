/// What the files of the paying part share.
#ifndef TURNPIKE_DEVICE_INTERNAL_H
#define TURNPIKE_DEVICE_INTERNAL_H

#include "turnpike_device.h"

#ifdef __cplusplus
extern "C" {
#endif

/// In a request that is kept: a handle stands here, another one on each connection.
enum { turnpike_some_handle = 1 };

/// Where the handle is in the request that is kept, or NULL: it has none.
uint8_t *turnpike_device_handle(const struct turnpike_device *device);

/// Puts on its way what is next, when nothing is.
void turnpike_device_go_on(struct turnpike_device *device);

#ifdef __cplusplus
}
#endif

#endif
