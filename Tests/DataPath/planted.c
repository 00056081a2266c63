// Functions that do what no hot function may, and some that do not: scripts/hot-functions must tell which before it is believed.
// The labels are names as Swift mangles them where C puts an underscore in front.

#include <stdlib.h>

extern void *swift_retain(void *object);
extern void swift_release(void *object);
extern int swift_beginAccess(void *at, void *buffer, long flags, void *caller);

int clean_leaf(int a) __asm__("_$s7Planted5cleanyyF");
int retains(void *object) __asm__("_$s7Planted7retainsyyF");
void releases_last(void *object) __asm__("_$s7Planted12releasesLastyyF");
int checks_access(void *at) __asm__("_$s7Planted12checksAccessyyF");
int allocates(int count) __asm__("_$s7Planted9allocatesyyF");
int calls_witness(int (*witness)(int), int a) __asm__("_$s7Planted12callsWitnessyyF");
void outlined(void *object) __asm__("_$s7Planted4BodyVWOs");
int calls_outlined(void *object) __asm__("_$s7Planted13callsOutlinedyyF");
void nameless(void *object) __asm__("_$s7Planted8namelessyyF");
int calls_nameless(void *object) __asm__("_$s7Planted13callsNamelessyyF");
int excused(void *object) __asm__("_$s7Planted7excusedyyF");
int generic(void *object) __asm__("_$s7Planted7genericyyxlF");
int specialized(int a) __asm__("_$s7Planted7genericyyxlFSi_Tg5");

int clean_leaf(int a) { return a * 3; }

int retains(void *object) { return swift_retain(object) != 0; }

void releases_last(void *object) { swift_release(object); }

int checks_access(void *at) { return swift_beginAccess(at, at, 0, 0) + 1; }

int allocates(int count) {
  int *memory = malloc((size_t)count * sizeof(int));
  return memory == 0 ? 0 : memory[count / 2];
}

int calls_witness(int (*witness)(int), int a) { return witness(a) + 1; }

__attribute__((noinline)) void outlined(void *object) { swift_release(object); }

int calls_outlined(void *object) {
  outlined(object);
  return 1;
}

// Its symbol is taken away before anybody looks: the compiler has helpers without one.
__attribute__((noinline, visibility("hidden"))) void nameless(void *object) { swift_release(object); }

int calls_nameless(void *object) {
  nameless(object);
  return 2;
}

int excused(void *object) { return swift_retain(object) != 0; }

// Whoever is hot calls the specialization.
int generic(void *object) { return swift_retain(object) != 0; }

int specialized(int a) { return a * 5; }
