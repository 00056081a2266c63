// What Swift has no word for: asking for memory ahead of its use.
#ifndef TURNPIKE_CPREFETCH_H
#define TURNPIKE_CPREFETCH_H

/// Has the processor fetch the cache line of an address, which need not be valid. Changes nothing but how long it takes.
static inline __attribute__((always_inline)) void tp_prefetch(const void *_Nullable address) {
  __builtin_prefetch(address, 1, 3);
}

#endif
