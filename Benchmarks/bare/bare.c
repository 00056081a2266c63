/* The bare server: what a C programmer gets from libuv and loopback TCP when a request needs no work at all. The yardstick.
 *
 *     request   u32 byte count | u32 byte count of the reply | u64 number | filler
 *     reply     u32 byte count | u32 zero                    | u64 number | filler
 *
 * Little-endian, 16 to 65,536 bytes each. One thread, one receive buffer for all connections, one write per read; what the peer does
 * not take waits in the connection's outbox, and nothing more is read from it until that is sent.
 *
 *     bare [PORT]      prints "listening 127.0.0.1:PORT" and "ready"; ends with SIGTERM
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { FRAME_MIN = 16, FRAME_MAX = 65536, RECEIVE_BYTES = 256 * 1024, OUTBOX_BYTES = RECEIVE_BYTES + FRAME_MAX };

typedef struct connection {
  uv_tcp_t tcp;
  uv_write_t write;
  size_t part_bytes;   /* of a frame that has begun */
  size_t outbox_begin; /* of bytes the kernel has not taken */
  size_t outbox_end;
  char part[FRAME_MAX];
  char outbox[OUTBOX_BYTES];
} connection;

static char receive_buffer[RECEIVE_BYTES];

static uint32_t load32(const char *bytes) {
  const unsigned char *b = (const unsigned char *)bytes;
  return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void store32(char *bytes, uint32_t value) {
  for (int i = 0; i < 4; i++) bytes[i] = (char)(value >> 8 * i & 255);
}

static void closed(uv_handle_t *handle) { free(handle->data); }

static void end(connection *c) {
  if (!uv_is_closing((uv_handle_t *)&c->tcp)) uv_close((uv_handle_t *)&c->tcp, closed);
}

static void allocate(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer) {
  (void)handle;
  (void)wanted;
  *buffer = uv_buf_init(receive_buffer, RECEIVE_BYTES);
}

static void take(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer);

/* The outbox is empty again: go on reading. */
static void written(uv_write_t *request, int status) {
  connection *c = request->handle->data;
  c->outbox_begin = c->outbox_end = 0;
  if (status < 0) end(c);
  else if (!uv_is_closing((uv_handle_t *)&c->tcp)) uv_read_start((uv_stream_t *)&c->tcp, allocate, take);
}

static void flush(connection *c) {
  uv_buf_t buffer = uv_buf_init(c->outbox, (unsigned)c->outbox_end);
  int taken = uv_try_write((uv_stream_t *)&c->tcp, &buffer, 1);
  if (taken < 0 && taken != UV_EAGAIN) {
    end(c);
    return;
  }
  c->outbox_begin = taken > 0 ? (size_t)taken : 0;
  if (c->outbox_begin == c->outbox_end) {
    c->outbox_begin = c->outbox_end = 0;
    return;
  }
  uv_read_stop((uv_stream_t *)&c->tcp);
  buffer = uv_buf_init(c->outbox + c->outbox_begin, (unsigned)(c->outbox_end - c->outbox_begin));
  if (uv_write(&c->write, (uv_stream_t *)&c->tcp, &buffer, 1, written) != 0) end(c);
}

/* Appends the reply to a whole frame, or says that there is no room. */
static int answer(connection *c, const char *frame) {
  uint32_t bytes = load32(frame + 4);
  if (OUTBOX_BYTES - c->outbox_end < bytes) return 0;
  char *reply = c->outbox + c->outbox_end;
  store32(reply, bytes);
  store32(reply + 4, 0);
  memcpy(reply + 8, frame + 8, 8);
  memset(reply + FRAME_MIN, 0, bytes - FRAME_MIN);
  c->outbox_end += bytes;
  return 1;
}

static int is_good(uint32_t bytes) { return bytes >= FRAME_MIN && bytes <= FRAME_MAX; }

static void take(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
  connection *c = stream->data;
  if (count < 0) {
    end(c);
    return;
  }
  const char *bytes = buffer->base;
  size_t left = (size_t)count;
  while (left > 0) {
    if (c->part_bytes == 0 && left >= FRAME_MIN) {
      uint32_t frame = load32(bytes);
      if (!is_good(frame) || !is_good(load32(bytes + 4))) {
        end(c);
        return;
      }
      if (left >= frame) {
        if (!answer(c, bytes)) {
          end(c);
          return;
        }
        bytes += frame;
        left -= frame;
        continue;
      }
    }
    /* A frame in parts: first its head, then the rest. */
    size_t wanted = FRAME_MIN;
    if (c->part_bytes >= FRAME_MIN) wanted = load32(c->part);
    size_t step = wanted - c->part_bytes < left ? wanted - c->part_bytes : left;
    memcpy(c->part + c->part_bytes, bytes, step);
    c->part_bytes += step;
    bytes += step;
    left -= step;
    if (c->part_bytes == FRAME_MIN && (!is_good(load32(c->part)) || !is_good(load32(c->part + 4)))) {
      end(c);
      return;
    }
    if (c->part_bytes >= FRAME_MIN && c->part_bytes == load32(c->part)) {
      if (!answer(c, c->part)) {
        end(c);
        return;
      }
      c->part_bytes = 0;
    }
  }
  if (c->outbox_end > 0) flush(c);
}

static void accepted(uv_stream_t *listener, int status) {
  connection *c = status == 0 ? calloc(1, sizeof *c) : NULL;
  if (!c) return;
  uv_tcp_init(listener->loop, &c->tcp);
  c->tcp.data = c;
  if (uv_accept(listener, (uv_stream_t *)&c->tcp) != 0) {
    end(c);
    return;
  }
  uv_tcp_nodelay(&c->tcp, 1);
  uv_read_start((uv_stream_t *)&c->tcp, allocate, take);
}

static void terminated(uv_signal_t *signal, int number) {
  (void)number;
  uv_stop(signal->loop);
}

int main(int argc, char **argv) {
  uv_loop_t *loop = uv_default_loop();
  uv_tcp_t listener;
  uv_signal_t signal;
  struct sockaddr_in address;
  int length = sizeof address;
  uv_ip4_addr("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0, &address);
  uv_tcp_init(loop, &listener);
  int status = uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0);
  if (status == 0) status = uv_listen((uv_stream_t *)&listener, 4096, accepted);
  if (status == 0) status = uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length);
  if (status != 0) {
    fprintf(stderr, "bare: %s\n", uv_strerror(status));
    return 1;
  }
  uv_signal_init(loop, &signal);
  uv_signal_start(&signal, terminated, SIGTERM);
  printf("listening 127.0.0.1:%d\nready\n", ntohs(address.sin_port));
  fflush(stdout);
  uv_run(loop, UV_RUN_DEFAULT);
  return 0;
}
