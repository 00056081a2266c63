/* The bare server: what a C programmer gets from libuv and loopback TCP when a request needs no work at all. The yardstick.
 *
 *     request   u32 byte count | u32 byte count of the reply | u64 number | filler
 *     reply     u32 byte count | u32 zero                    | u64 number | zeros
 *
 * Little-endian, 16 to 65,536 bytes each; anything else closes the connection. One thread, one receive buffer for all connections, one
 * write per read. What the peer does not take waits in the connection's outbox, and nothing more is read from it until that is sent: a
 * connection takes no more memory than its two buffers, whatever its peer does.
 *
 *     bare [PORT]      prints "listening 127.0.0.1:PORT" and "ready"; ends with SIGTERM
 */
#include <endian.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { FRAME_MIN = 16, FRAME_MAX = 65536, RECEIVE_BYTES = 256 * 1024, OUTBOX_BYTES = 256 * 1024, SMALL = 64 };

typedef struct connection {
  uv_tcp_t tcp;
  uv_write_t write;
  size_t rest_bytes;   /* received and not answered: the beginning of a frame, or all that came when the outbox was full */
  size_t outbox_bytes; /* replies that the kernel has not taken */
  char rest[RECEIVE_BYTES];
  char outbox[OUTBOX_BYTES + SMALL]; /* a small reply is cleared by as many bytes as a small one can have */
} connection;

typedef enum { OPEN, WAITING, ENDED } verdict;

static char receive_buffer[RECEIVE_BYTES];

static uint32_t load32(const char *bytes) {
  uint32_t value;
  memcpy(&value, bytes, sizeof value);
  return le32toh(value);
}

static int is_good(uint32_t bytes) { return bytes - FRAME_MIN <= FRAME_MAX - FRAME_MIN; }

static void closed(uv_handle_t *handle) { free(handle->data); }

static verdict end(connection *c) {
  if (!uv_is_closing((uv_handle_t *)&c->tcp)) uv_close((uv_handle_t *)&c->tcp, closed);
  return ENDED;
}

static void written(uv_write_t *request, int status);

/* Sends the outbox. WAITING: the kernel has not taken all of it, and `written` will be called. */
static verdict flush(connection *c) {
  if (c->outbox_bytes == 0) return OPEN;
  uv_buf_t buffer = uv_buf_init(c->outbox, (unsigned)c->outbox_bytes);
  int taken = uv_try_write((uv_stream_t *)&c->tcp, &buffer, 1);
  if (taken < 0 && taken != UV_EAGAIN) return end(c);
  size_t sent = taken > 0 ? (size_t)taken : 0;
  if (sent == c->outbox_bytes) {
    c->outbox_bytes = 0;
    return OPEN;
  }
  buffer = uv_buf_init(c->outbox + sent, (unsigned)(c->outbox_bytes - sent));
  return uv_write(&c->write, (uv_stream_t *)&c->tcp, &buffer, 1, written) == 0 ? WAITING : end(c);
}

static void put_reply(char *reply, uint32_t bytes, const char *request) {
  if (bytes <= SMALL)
    memset(reply + FRAME_MIN, 0, SMALL - FRAME_MIN); /* of constant size: no call */
  else
    memset(reply + FRAME_MIN, 0, bytes - FRAME_MIN);
  uint64_t head = htole64(bytes); /* the zero behind it too */
  memcpy(reply, &head, 8);
  memcpy(reply + 8, request + 8, 8);
}

/* Answers the whole frames in the first `count` bytes of the receive buffer, and keeps what is left of them. */
static verdict serve(connection *c, size_t count) {
  const char *bytes = receive_buffer;
  size_t left = count;
  verdict outcome = OPEN;
  while (left >= FRAME_MIN) {
    uint32_t request = load32(bytes), reply = load32(bytes + 4);
    if (!is_good(request) || !is_good(reply)) return end(c);
    if (left < request) break;
    if (OUTBOX_BYTES - c->outbox_bytes < reply && (outcome = flush(c)) != OPEN) break;
    put_reply(c->outbox + c->outbox_bytes, reply, bytes);
    c->outbox_bytes += reply;
    bytes += request;
    left -= request;
  }
  c->rest_bytes = left;
  memcpy(c->rest, bytes, left);
  return outcome == OPEN ? flush(c) : outcome;
}

/* What is left of the last read stands in front of the next one, so that a frame is never in two pieces. It is shorter than a frame. */
static void allocate(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer) {
  const connection *c = handle->data;
  (void)wanted;
  memcpy(receive_buffer, c->rest, c->rest_bytes);
  *buffer = uv_buf_init(receive_buffer + c->rest_bytes, (unsigned)(RECEIVE_BYTES - c->rest_bytes));
}

static void take(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
  connection *c = stream->data;
  (void)buffer;
  if (count < 0)
    end(c);
  else if (count > 0 && serve(c, c->rest_bytes + (size_t)count) == WAITING)
    uv_read_stop(stream);
}

/* The outbox is empty again: first the requests that are here already, then on with reading. */
static void written(uv_write_t *request, int status) {
  connection *c = request->handle->data;
  c->outbox_bytes = 0;
  if (status < 0) {
    end(c);
    return;
  }
  memcpy(receive_buffer, c->rest, c->rest_bytes);
  if (serve(c, c->rest_bytes) == OPEN) uv_read_start(request->handle, allocate, take);
}

static void accepted(uv_stream_t *listener, int status) {
  connection *c = status == 0 ? malloc(sizeof *c) : NULL;
  if (!c) return;
  c->rest_bytes = c->outbox_bytes = 0;
  uv_tcp_init(listener->loop, &c->tcp);
  c->tcp.data = c;
  if (uv_accept(listener, (uv_stream_t *)&c->tcp) != 0) {
    end(c);
    return;
  }
  uv_tcp_nodelay(&c->tcp, 1);
  uv_read_start((uv_stream_t *)&c->tcp, allocate, take);
}

static void terminated(uv_signal_t *terminator, int number) {
  (void)number;
  uv_stop(terminator->loop);
}

int main(int argc, char **argv) {
  uv_loop_t *loop = uv_default_loop();
  uv_tcp_t listener;
  uv_signal_t terminator;
  struct sockaddr_in address;
  int length = sizeof address;
  signal(SIGPIPE, SIG_IGN); /* a peer that is gone is an error of the write, not the end of the server */
  uv_ip4_addr("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0, &address);
  uv_tcp_init(loop, &listener);
  int status = uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0);
  if (status == 0) status = uv_listen((uv_stream_t *)&listener, 4096, accepted);
  if (status == 0) status = uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length);
  if (status != 0) {
    fprintf(stderr, "bare: %s\n", uv_strerror(status));
    return 1;
  }
  uv_signal_init(loop, &terminator);
  uv_signal_start(&terminator, terminated, SIGTERM);
  printf("listening 127.0.0.1:%d\nready\n", ntohs(address.sin_port));
  fflush(stdout);
  uv_run(loop, UV_RUN_DEFAULT);
  return 0;
}
