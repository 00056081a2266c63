// Preloaded: the folder FAKE_GROUP, when it is made, has the files of a cgroup; they are files that keep what was written.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int mkdir(const char *path, mode_t mode) {
  const char *const wanted = getenv("FAKE_GROUP");
  int (*real)(const char *, mode_t);
  *(void **)&real = dlsym(RTLD_NEXT, "mkdir");
  const int result = real(path, mode);
  if (result != 0 || wanted == NULL || strcmp(path, wanted) != 0) return result;
  const char *const files[] = {"cpu.max", "cgroup.freeze", "cgroup.kill", "cgroup.procs"};
  for (unsigned i = 0; i < 4; i++) {
    char name[4096];
    snprintf(name, sizeof name, "%s/%s", path, files[i]);
    const int file = open(name, O_CREAT | O_WRONLY, 0600);
    if (file >= 0) close(file);
  }
  return 0;
}
