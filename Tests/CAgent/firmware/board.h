/// What an application needs of the board, an Arm MPS2 with a Cortex-M4 (application note 386): a clock, two serial ports, a pin.
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// `board_line` goes to the broker; `board_console` is the operator's, for the log and for what a device would have by itself.
enum board_port { board_line, board_console };

/// Never goes back, is at least 1, and begins anew at each start.
uint64_t board_milliseconds(void);

/// Sleeps until a byte has come, or for a millisecond.
void board_wait(void);

/// False when nothing was received.
bool board_receive(enum board_port port, uint8_t *byte);

/// False when the port is busy. An agent must not wait for its line: it may be cut, and a gate be due.
bool board_send(enum board_port port, uint8_t byte);

/// To the console. These wait.
void board_log(const char *text);
void board_log_number(uint64_t number);

/// The gate's pin: LED 0.
void board_set_pin(bool is_high);

/// The deepest that the stack was since the start.
uint32_t board_stack_byte_count(void);

/// The application; called once, and never returns.
void application(void);

#endif
