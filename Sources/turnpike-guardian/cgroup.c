// A cgroup of version 2 for one lease: a folder with files that are written and read whole.

#include "guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool cgroup_make(struct cgroup *cgroup, const char *path) {
  cgroup->path = path;
  cgroup->folder = -1;
  // One that is there already is somebody else's, or a leftover: the agent removes those, nobody moves in.
  if (mkdir(path, 0755) != 0) return false;
  cgroup->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  return cgroup->folder >= 0;
}

bool cgroup_write(const struct cgroup *cgroup, const char *file, const char *text) {
  if (cgroup->folder < 0) return false;
  const int descriptor = openat(cgroup->folder, file, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const size_t length = strlen(text);
  ssize_t count;
  do count = write(descriptor, text, length);
  while (count < 0 && errno == EINTR);
  const int error = errno;
  close(descriptor);
  errno = error;
  return count == (ssize_t)length;
}

bool cgroup_event(const struct cgroup *cgroup, const char *line) {
  char bytes[LINE_BYTES];
  const int descriptor = openat(cgroup->folder, "cgroup.events", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const ssize_t count = read(descriptor, bytes, sizeof bytes - 1);
  close(descriptor);
  if (count < 0) return false;
  bytes[count] = '\0';
  const char *const found = strstr(bytes, line);
  return found != NULL && (found == bytes || found[-1] == '\n');
}

void cgroup_kill(const struct cgroup *cgroup) {
  if (cgroup->folder < 0 || cgroup_write(cgroup, "cgroup.kill", "1")) return;
  // Before Linux 5.14. Frozen, nothing forks between being listed and being killed; the kill itself goes through.
  (void)cgroup_write(cgroup, "cgroup.freeze", "1");
  (void)signal_listed(cgroup->folder, "cgroup.procs", SIGKILL, 0);
}

bool cgroup_remove(struct cgroup *cgroup) {
  if (cgroup->folder < 0) return true;
  if (rmdir(cgroup->path) != 0 && errno != ENOENT) return false;
  close(cgroup->folder);
  cgroup->folder = -1;
  return true;
}
