// What is said between the agent and the guardian: messages of one size with a checksum, which the receiver believes when all of it is right.

#include "guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ORDER_MAGIC UINT32_C(0x314f5054)   // "TPO1"
#define REPORT_MAGIC UINT32_C(0x31525054)  // "TPR1"

// Do not compile when a size is another.
typedef char order_is_72_bytes[sizeof(struct order) == 72 ? 1 : -1];
typedef char report_is_128_bytes[sizeof(struct report) == 128 ? 1 : -1];

/// FNV-1a: against accidents. Whoever can write to the socket is trusted with the lease anyway.
uint32_t checksum(const void *bytes, size_t count) {
  const unsigned char *at = bytes;
  uint32_t hash = UINT32_C(2166136261);
  for (size_t i = 0; i < count; i++) hash = (hash ^ at[i]) * UINT32_C(16777619);
  return hash;
}

static bool is_right(const struct control *control, const struct order *order, bool is_hook) {
  if (order->magic != ORDER_MAGIC || order->flags != 0 || order->reserved != 0) return false;
  if (order->check != checksum(order, offsetof(struct order, check))) return false;
  if (order->sequence != control->sequence + 1) return false;
  const unsigned first = is_hook ? ORDER_PROVISION : ORDER_RUN;
  const unsigned last = is_hook ? ORDER_LEASE_END : ORDER_KILL;
  if (order->kind < first || order->kind > last) return false;
  const uint64_t furthest = now_milliseconds() + LONGEST_MILLISECONDS;
  if (order->until > furthest || order->throttle_at > furthest || order->end > furthest + LONGEST_MILLISECONDS) return false;
  if (order->end != 0 && order->end <= order->until) return false;
  return !is_hook || order->lease != 0;
}

bool control_next(struct control *control, struct order *order, bool is_hook) {
  while (control->state == CONTROL_OPEN) {
    const ssize_t count =
      recv(control->descriptor, control->in.bytes + control->filled, sizeof control->in.bytes - control->filled, MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (count <= 0) {
      control->state = CONTROL_IS_OVER;
      return false;
    }
    control->filled += (size_t)count;
    if (control->filled < sizeof control->in.bytes) continue;
    control->filled = 0;
    if (!is_right(control, &control->in.order, is_hook)) {
      say("an order of the agent is wrong: it counts as gone", NULL);
      control->state = CONTROL_IS_OVER;
      return false;
    }
    control->sequence = control->in.order.sequence;
    *order = control->in.order;
    return true;
  }
  return false;
}

bool control_report(struct control *control, enum report_kind kind, uint64_t lease, uint32_t value, const char *text) {
  struct report report;
  memset(&report, 0, sizeof report);
  report.magic = REPORT_MAGIC;
  report.kind = (uint16_t)kind;
  report.lease = lease;
  report.at = now_milliseconds();
  report.value = value;
  if (text != NULL) {
    const size_t length = strnlen(text, TEXT_BYTES - 1);
    memcpy(report.text, text, length);
    report.text_length = (uint16_t)length;
  }
  report.check = checksum(&report, offsetof(struct report, check));
  if (control->descriptor < 0) return true;
  ssize_t count;
  do count = send(control->descriptor, &report, sizeof report, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  // A part of a report would spoil all that follow.
  if (count >= 0 && count != (ssize_t)sizeof report) control->state = CONTROL_IS_OVER;
  return count == (ssize_t)sizeof report;
}

// ---- the log ----

static int log_descriptor = -1;
static bool is_log_socket;

/// A description of its own, so that O_NONBLOCK is not the agent's too.
void log_open(void) {
  struct stat status;
  if (fstat(STDERR_FILENO, &status) != 0) return;
  is_log_socket = S_ISSOCK(status.st_mode);
  log_descriptor =
    is_log_socket ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, CONTROL_DESCRIPTOR + 1) : open("/proc/self/fd/2", O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

void log_bytes(const char *bytes, size_t count) {
  if (log_descriptor < 0) return;
  const ssize_t taken = is_log_socket ? send(log_descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL) : write(log_descriptor, bytes, count);
  (void)taken;
}

void say(const char *text, const char *detail) {
  char line[LINE_BYTES];
  size_t length = 0;
  const char *const parts[] = {"turnpike-guardian: ", text, detail == NULL ? "" : ": ", detail == NULL ? "" : detail};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    for (const char *at = parts[i]; *at != '\0' && length < sizeof line - 1; at++) line[length++] = *at;
  }
  line[length++] = '\n';
  log_bytes(line, length);
}
