// What a command writes: the endpoint, the last line of stderr. All of it goes on to the guardian's stderr, as far as that takes it at once.

#include "guardian.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char prefix[] = "endpoint=";

static bool is_printable(char c) { return c >= 0x20 && c <= 0x7e; }

void output_clear(struct output *output) {
  memset(output, 0, sizeof *output);
  output->out.descriptor = output->error.descriptor = -1;
}

static void take_endpoint(struct output *output, const struct reader *reader) {
  const size_t skipped = sizeof prefix - 1;
  if (output->has_endpoint || output->is_endpoint_bad) return;
  if (reader->length < skipped || memcmp(reader->line, prefix, skipped) != 0) return;
  const size_t length = reader->length - skipped;
  output->is_endpoint_bad = length == 0 || length >= TEXT_BYTES;
  for (size_t i = 0; i < length; i++) output->is_endpoint_bad |= !is_printable(reader->line[skipped + i]);
  if (output->is_endpoint_bad) return;
  memcpy(output->endpoint, reader->line + skipped, length);
  output->endpoint[length] = '\0';
  output->has_endpoint = true;
}

/// Printable, cut; a line of nothing does not replace one that says something.
static void take_last_line(struct output *output, const struct reader *reader) {
  bool says_something = false;
  for (size_t i = 0; i < reader->length; i++) says_something |= is_printable(reader->line[i]) && reader->line[i] != ' ';
  if (!says_something) return;
  const size_t length = reader->length < TEXT_BYTES - 1 ? reader->length : TEXT_BYTES - 1;
  for (size_t i = 0; i < length; i++) output->last_line[i] = is_printable(reader->line[i]) ? reader->line[i] : '?';
  output->last_line[length] = '\0';
}

static void end_line(struct output *output, struct reader *reader) {
  if (reader->length > 0 && reader->line[reader->length - 1] == '\r') reader->length--;
  if (reader == &output->out) {
    take_endpoint(output, reader);
  } else {
    take_last_line(output, reader);
  }
  reader->length = 0;
}

/// Whether there may be more.
static bool read_some(struct output *output, struct reader *reader) {
  char bytes[READ_BYTES];
  if (reader->descriptor < 0) return false;
  const ssize_t count = read(reader->descriptor, bytes, sizeof bytes);
  if (count < 0) return errno == EINTR;
  if (count == 0) {
    close(reader->descriptor);
    reader->descriptor = -1;
    return false;
  }
  log_bytes(bytes, (size_t)count);
  for (ssize_t i = 0; i < count; i++) {
    if (bytes[i] == '\n') {
      end_line(output, reader);
    } else if (reader->length < LINE_BYTES) {
      reader->line[reader->length++] = bytes[i];
    }
  }
  return true;
}

void output_read(struct output *output, struct reader *reader) { (void)read_some(output, reader); }

void output_finish(struct output *output) {
  struct reader *const readers[] = {&output->out, &output->error};
  for (size_t i = 0; i < 2; i++) {
    // A pipe holds 64 KB. What its other owners still write is not waited for.
    for (unsigned reads = 0; reads < 65536 / READ_BYTES && read_some(output, readers[i]); reads++) {}
    if (readers[i]->length > 0) end_line(output, readers[i]);
    if (readers[i]->descriptor >= 0) close(readers[i]->descriptor);
    readers[i]->descriptor = -1;
  }
}

void describe_end(char text[TEXT_BYTES], int status, const char *last_line) {
  char line[TEXT_BYTES * 2];
  const char *const word = WIFSIGNALED(status) ? "signal" : "exit";
  const int number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  if (last_line != NULL && last_line[0] != '\0') {
    snprintf(line, sizeof line, "%s %d: %s", word, number, last_line);
  } else {
    snprintf(line, sizeof line, "%s %d", word, number);
  }
  const size_t length = strnlen(line, TEXT_BYTES - 1);
  memcpy(text, line, length);
  text[length] = '\0';
}
