// Start-up and drivers.

#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define SYSTICK_CONTROL REGISTER(0xe000e010)
#define SYSTICK_RELOAD REGISTER(0xe000e014)
#define SYSTICK_VALUE REGISTER(0xe000e018)
#define INTERRUPT_STATE REGISTER(0xe000ed04)
#define INTERRUPT_ENABLE REGISTER(0xe000e100)
#define WAKE_TIMER_CONTROL REGISTER(0x40000000)
#define WAKE_TIMER_VALUE REGISTER(0x40000004)
#define WAKE_TIMER_RELOAD REGISTER(0x40000008)
#define WAKE_TIMER_CLEAR REGISTER(0x4000000c)
#define LED REGISTER(0x40028000)

enum {
  systick_is_pending = 1 << 26,
  // The reference clock has 1 MHz: ten seconds for a round of SysTick, so its interrupt may be late by nearly as much.
  ticks_per_millisecond = 1000,
  milliseconds_per_round = 10000,
  ticks_per_round = ticks_per_millisecond * milliseconds_per_round,
  core_ticks_per_millisecond = 25000
};

// ---- start ----

extern uint32_t stack_begin[], stack_end[], data_begin[], data_end[], data_source[], bss_begin[], bss_end[];

enum { paint = 0x5a17ed };

static void reset(void) {
  // The calls below are after this in the stack, and overwrite what they need.
  for (uint32_t *word = stack_begin; word < (uint32_t *)__builtin_frame_address(0) - 16; word++) *(volatile uint32_t *)word = paint;
  for (uint32_t *to = data_begin, *from = data_source; to < data_end;) *(volatile uint32_t *)to++ = *from++;
  // By volatile words: the compiler must not make it a call of memset here.
  for (uint32_t *word = bss_begin; word < bss_end; word++) *(volatile uint32_t *)word = 0;
  void board_begin(void);
  board_begin();
  application();
  for (;;) {
  }
}

uint32_t board_stack_byte_count(void) {
  const uint32_t *word = stack_begin;
  while (word < stack_end && *word == paint) word++;
  return (uint32_t)(stack_end - word) * 4;
}

// ---- clock ----

static volatile uint32_t rounds;

static void systick(void) { rounds++; }

static void wake(void) { WAKE_TIMER_CLEAR = 1; }

static uint32_t systick_value(void) {
  // 0 is both the end of a round and the begin of the next; it lasts for a tick.
  uint32_t value;
  do value = SYSTICK_VALUE;
  while (value == 0);
  return value;
}

uint64_t board_milliseconds(void) {
  __asm__ volatile("cpsid i" ::: "memory");
  uint64_t full = rounds;
  uint32_t value = systick_value();
  if (INTERRUPT_STATE & systick_is_pending) {
    full++;
    value = systick_value();
  }
  __asm__ volatile("cpsie i" ::: "memory");
  return 1 + full * milliseconds_per_round + (ticks_per_round - value) / ticks_per_millisecond;
}

// ---- serial ports ----

struct uart {
  volatile uint32_t data, state, control, interrupts, divisor;
};

enum {
  uart_is_sending = 1 << 0,
  uart_has_received = 1 << 1,
  uart_sends_and_receives_with_interrupt = 1 << 0 | 1 << 1 | 1 << 3,
  uart_received = 1 << 1,
  ring_byte_count = 256
};

static struct {
  volatile uint32_t in, out;
  uint8_t bytes[ring_byte_count];
} rings[2];

static struct uart *uart(enum board_port port) { return (struct uart *)(uintptr_t)(port == board_line ? 0x40004000 : 0x40005000); }

static void take(enum board_port port) {
  uart(port)->interrupts = uart_received;
  while (uart(port)->state & uart_has_received) {
    const uint8_t byte = (uint8_t)uart(port)->data;
    const uint32_t in = rings[port].in;
    // What does not fit is lost; the next MAC is wrong then, and the link ends.
    if (in - rings[port].out == ring_byte_count) continue;
    rings[port].bytes[in % ring_byte_count] = byte;
    rings[port].in = in + 1;
  }
}

static void take_line(void) { take(board_line); }
static void take_console(void) { take(board_console); }

bool board_receive(enum board_port port, uint8_t *byte) {
  const uint32_t out = rings[port].out;
  if (rings[port].in == out) return false;
  *byte = rings[port].bytes[out % ring_byte_count];
  rings[port].out = out + 1;
  return true;
}

bool board_send(enum board_port port, uint8_t byte) {
  if (uart(port)->state & uart_is_sending) return false;
  uart(port)->data = byte;
  return true;
}

void board_wait(void) {
  __asm__ volatile("cpsid i" ::: "memory");
  // An interrupt that pends ends `wfi` although it is masked: none slips in between.
  if (rings[0].in == rings[0].out && rings[1].in == rings[1].out) __asm__ volatile("wfi");
  __asm__ volatile("cpsie i" ::: "memory");
}

void board_log(const char *text) {
  while (*text != 0) {
    if (board_send(board_console, (uint8_t)*text)) text++;
  }
}

void board_log_number(uint64_t number) {
  char digits[21];
  char *first = digits + sizeof digits - 1;
  *first = 0;
  do {
    *--first = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  board_log(first);
}

void board_set_pin(bool is_high) { LED = is_high; }

void board_begin(void) {
  board_set_pin(false);
  SYSTICK_RELOAD = ticks_per_round - 1;
  SYSTICK_VALUE = 0;
  SYSTICK_CONTROL = 1 << 0 | 1 << 1;  // On, with an interrupt, by the reference clock.
  WAKE_TIMER_RELOAD = WAKE_TIMER_VALUE = core_ticks_per_millisecond - 1;
  WAKE_TIMER_CONTROL = 1 << 0 | 1 << 3;
  for (int port = 0; port < 2; port++) {
    uart((enum board_port)port)->divisor = 217;  // 115,200 baud.
    uart((enum board_port)port)->control = uart_sends_and_receives_with_interrupt;
  }
  INTERRUPT_ENABLE = 1 << 0 | 1 << 2 | 1 << 8;
}

// ---- vectors ----

/// Nothing is right any more: the pin goes low, and stays so.
static void fault(void) {
  board_set_pin(false);
  board_log("fault\n");
  for (;;) {
  }
}

struct vectors {
  uint32_t *stack;
  void (*handlers[15 + 9])(void);
};

__attribute__((section(".vectors"), used)) static const struct vectors vectors = {
  stack_end,
  {reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, systick,
   take_line, 0, take_console, 0, 0, 0, 0, 0, wake},
};
