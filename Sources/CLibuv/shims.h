/* What Swift cannot say to libuv by itself: unions, casts between handle types, and the few system calls around a socket
 * that libuv leaves to its user. Functions return 0 or a negative UV_E* code, as libuv's own do. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

/* Bytes a stream can hand to libuv while the kernel takes no more; see Stream.swift. */
#define TURNPIKE_TAIL_BYTE_COUNT 64

/* All memory libuv touches for one stream or listener, in one block. The socket comes first, so that a pointer to the
 * block is a pointer to the handle. A connect request ends before the first write begins, so they share their place. */
typedef struct turnpike_socket {
  union {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  } socket;
  union {
    uv_connect_t connect;
    uv_write_t write;
  } request;
  uv_shutdown_t shutdown;
  char tail[TURNPIKE_TAIL_BYTE_COUNT];
} turnpike_socket;

static inline uv_stream_t *turnpike_stream(turnpike_socket *s) { return &s->socket.stream; }
static inline uv_tcp_t *turnpike_tcp(turnpike_socket *s) { return &s->socket.tcp; }
static inline uv_pipe_t *turnpike_pipe(turnpike_socket *s) { return &s->socket.pipe; }
static inline uv_connect_t *turnpike_connect(turnpike_socket *s) { return &s->request.connect; }
static inline uv_write_t *turnpike_write(turnpike_socket *s) { return &s->request.write; }
static inline uv_shutdown_t *turnpike_shutdown(turnpike_socket *s) { return &s->shutdown; }
static inline char *turnpike_tail(turnpike_socket *s) { return s->tail; }

/* A numeric IPv4 or IPv6 address. */
static inline int turnpike_address_parse(const char *host, int port, struct sockaddr_storage *address) {
  memset(address, 0, sizeof *address);
  if (uv_ip4_addr(host, port, (struct sockaddr_in *)address) == 0) return 0;
  return uv_ip6_addr(host, port, (struct sockaddr_in6 *)address);
}

static inline int turnpike_address_format(const struct sockaddr *address, char *host, size_t byte_count, int *port) {
  switch (address->sa_family) {
    case AF_INET: {
      const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
      *port = ntohs(v4->sin_port);
      return uv_ip4_name(v4, host, byte_count);
    }
    case AF_INET6: {
      const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
      *port = ntohs(v6->sin6_port);
      return uv_ip6_name(v6, host, byte_count);
    }
    default:
      return UV_EAFNOSUPPORT;
  }
}

static inline int turnpike_tcp_bind(turnpike_socket *s, const struct sockaddr_storage *address) {
  return uv_tcp_bind(&s->socket.tcp, (const struct sockaddr *)address, 0);
}

static inline int turnpike_tcp_connect(turnpike_socket *s, const struct sockaddr_storage *address, uv_connect_cb done) {
  return uv_tcp_connect(&s->request.connect, &s->socket.tcp, (const struct sockaddr *)address, done);
}

static inline int turnpike_tcp_own_address(turnpike_socket *s, char *host, size_t byte_count, int *port) {
  struct sockaddr_storage address;
  int length = sizeof address;
  int status = uv_tcp_getsockname(&s->socket.tcp, (struct sockaddr *)&address, &length);
  return status ? status : turnpike_address_format((struct sockaddr *)&address, host, byte_count, port);
}

static inline int turnpike_tcp_peer_address(turnpike_socket *s, char *host, size_t byte_count, int *port) {
  struct sockaddr_storage address;
  int length = sizeof address;
  int status = uv_tcp_getpeername(&s->socket.tcp, (struct sockaddr *)&address, &length);
  return status ? status : turnpike_address_format((struct sockaddr *)&address, host, byte_count, port);
}

/* Removes a socket file that nobody listens on. UV_EADDRINUSE when somebody does, UV_EEXIST when it is no socket. */
static inline int turnpike_remove_stale_socket(const char *path) {
  struct stat status;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (lstat(path, &status) != 0) return errno == ENOENT ? 0 : uv_translate_sys_error(errno);
  if (!S_ISSOCK(status.st_mode)) return UV_EEXIST;
  if (strlen(path) >= sizeof address.sun_path) return UV_ENAMETOOLONG;
  strcpy(address.sun_path, path);
  int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return uv_translate_sys_error(errno);
  int answer = connect(probe, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
  close(probe);
  if (answer != ECONNREFUSED) return UV_EADDRINUSE;
  return unlink(path) == 0 || errno == ENOENT ? 0 : uv_translate_sys_error(errno);
}

/* Which file a path named once; all zero: none. */
typedef struct turnpike_file {
  dev_t device;
  ino_t inode;
} turnpike_file;

/* Removes a file if it still is the one that was noted, and notes none. */
static inline void turnpike_remove_file(const char *path, turnpike_file *file) {
  struct stat status;
  if (file->inode != 0 && lstat(path, &status) == 0 && status.st_dev == file->device && status.st_ino == file->inode) {
    unlink(path);
  }
  file->inode = 0;
}

/* A new socket bound to `path`, or an error; notes its file. Nobody can connect before it has its mode: it does not listen. */
static inline int turnpike_bind_unix(const char *path, unsigned mode, turnpike_file *file) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct stat status;
  if (strlen(path) >= sizeof address.sun_path) return UV_ENAMETOOLONG;
  strcpy(address.sun_path, path);
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return uv_translate_sys_error(errno);
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
    int error = uv_translate_sys_error(errno);
    close(descriptor);
    return error;
  }
  if (lstat(path, &status) == 0) {
    file->device = status.st_dev;
    file->inode = status.st_ino;
    if (chmod(path, (mode_t)mode) == 0) return descriptor;
  }
  int error = uv_translate_sys_error(errno);
  turnpike_remove_file(path, file);
  close(descriptor);
  return error;
}

/* A descriptor that is only held to be given back when no other is left. */
static inline int turnpike_reserve_descriptor(void) {
  int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
  return descriptor >= 0 ? descriptor : uv_translate_sys_error(errno);
}

static inline void turnpike_close_descriptor(int descriptor) { close(descriptor); }

/* Writing to a closed peer must be an error code, not the end of the process. A handler of the program's own is kept. */
static inline void turnpike_ignore_sigpipe(void) {
  struct sigaction action;
  if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
  }
}

/* Closing it sends a reset at once, and drops what the peer has not got yet; a unix-domain socket just closes. */
static inline void turnpike_reset_on_close(turnpike_socket *s) {
  const struct linger now = {.l_onoff = 1, .l_linger = 0};
  int descriptor;
  if (uv_fileno(&s->socket.handle, &descriptor) == 0) setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

/* A timer of the kernel: a descriptor that can be read once it has fired. On the clock of uv_hrtime, or on the one since boot, which
 * counts on while the machine is suspended. */
static inline int turnpike_timer_open(int since_boot) {
  int descriptor = timerfd_create(since_boot ? CLOCK_BOOTTIME : CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  return descriptor >= 0 ? descriptor : uv_translate_sys_error(errno);
}

/* Fires once at `nanoseconds`, also when that is past. Forgets what has fired and was not read. */
static inline int turnpike_timer_start(int descriptor, uint64_t nanoseconds) {
  struct itimerspec when = {.it_value = {.tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000)}};
  if (nanoseconds == 0) when.it_value.tv_nsec = 1;
  return timerfd_settime(descriptor, TFD_TIMER_ABSTIME, &when, NULL) == 0 ? 0 : uv_translate_sys_error(errno);
}

static inline void turnpike_timer_take(int descriptor) {
  uint64_t count;
  while (read(descriptor, &count, sizeof count) < 0 && errno == EINTR) {}
}

/* An event of the kernel: a descriptor that can be read once it was signalled. Nobody who signals can hold up who takes. */
static inline int turnpike_event_open(void) {
  int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return descriptor >= 0 ? descriptor : uv_translate_sys_error(errno);
}

static inline void turnpike_event_signal(int descriptor) {
  uint64_t one = 1;
  while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {}
}

/* Forgets what was signalled so far. */
static inline void turnpike_event_take(int descriptor) { turnpike_timer_take(descriptor); }

/* Waits until it is signalled, or has been, and forgets that. */
static inline void turnpike_event_wait(int descriptor) {
  struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
  while (poll(&wanted, 1, -1) < 0 && errno == EINTR) {}
  turnpike_event_take(descriptor);
}

/* Arguments and variables that a program can be started with, together. */
#define TURNPIKE_SPAWN_TEXT_COUNT_MAX 1024

/* Starts the program that the first argument names. `texts` are the arguments and then the variables, each ended by a zero. It has
 * /dev/null as its input and output, this process's stderr, and, if `control` is given, one end of a pair of sockets as descriptor 3: the
 * other end is then the stream. After a failure both handles are there to be closed. */
static inline int turnpike_spawn(
  uv_loop_t *loop, uv_process_t *process, turnpike_socket *control, char *texts, size_t argument_count, size_t variable_count, uv_exit_cb ended) {
  char *list[TURNPIKE_SPAWN_TEXT_COUNT_MAX + 2];
  uv_stdio_container_t files[4] = {{.flags = UV_IGNORE}, {.flags = UV_IGNORE}, {.flags = UV_INHERIT_FD, .data.fd = 2}};
  uv_process_options_t options = {.exit_cb = ended, .args = list, .env = list + argument_count + 1, .stdio = files, .stdio_count = 3};
  for (size_t i = 0; i < argument_count + variable_count; i++) {
    list[i < argument_count ? i : i + 1] = texts;
    texts += strlen(texts) + 1;
  }
  list[argument_count] = NULL;
  list[argument_count + 1 + variable_count] = NULL;
  options.file = list[0];
  if (control != NULL) {
    files[3].flags = (uv_stdio_flags)(UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE);
    files[3].data.stream = &control->socket.stream;
    options.stdio_count = 4;
  }
  return uv_spawn(loop, process, &options);
}
