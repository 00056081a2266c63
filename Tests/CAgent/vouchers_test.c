// Vouchers: the numbers of the specification, each rule, every single bit, and once only.

#include "tests.h"

struct shown {
  uint64_t resource, serial, stamp, until;
  uint32_t agent;
  uint8_t nonce;
};

static const struct shown example = {UINT64_C(4503599627370497), UINT64_C(4503599627370505), 1000, 601000, 1, 0xa0};

static const uint8_t challenge[16] = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f};

/// The voucher, and what its holder was given with it.
static void make_voucher(uint8_t voucher[96], uint8_t holder[32], struct shown shown) {
  uint8_t key[32], tag[32];
  memset(voucher, 0, 96);
  turnpike_store(voucher, 8, shown.resource);
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_LEASE_OFFSET, 8, UINT64_C(4503599627370498));
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_SERIAL_OFFSET, 8, shown.serial);
  for (unsigned i = 0; i < 16; i++) voucher[TURNPIKE_USE_VOUCHER_BOOT_NONCE_OFFSET + i] = (uint8_t)(shown.nonce + i);
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_STAMP_OFFSET, 8, shown.stamp);
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_UNTIL_OFFSET, 8, shown.until);
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_QUANTITY_OFFSET, 8, 250);
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_CHARGED_OFFSET, 8, 2500);
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_AGENT_OFFSET, 4, shown.agent);
  turnpike_hmac_of_label(role_key, "turnpike ticket v1", NULL, 0, key);
  turnpike_hmac_of_label(key, "voucher tag", voucher, 80, tag);
  memcpy(voucher + 80, tag, 16);
  turnpike_hmac_of_label(key, "voucher holder", voucher, 96, holder);
}

/// Shows it, with the right answer to the challenge.
static enum turnpike_result show(struct bench *bench, struct turnpike_vouchers *vouchers, struct shown shown, uint64_t now) {
  uint8_t voucher[96], holder[32], proof[16];
  struct turnpike_use use;
  make_voucher(voucher, holder, shown);
  turnpike_ticket_prove(holder, challenge, proof);
  const enum turnpike_result result = turnpike_agent_take_voucher(&bench->agent, vouchers, voucher, challenge, proof, now, &use);
  CHECK((use.serial != 0) == (result == TURNPIKE_RESULT_OK));
  return result;
}

static void numbers_of_the_specification(void) {
  struct bench bench;
  struct turnpike_taken rows[2] = {{0, 0}, {0, 0}};
  struct turnpike_vouchers vouchers = {rows, 2};
  struct turnpike_use use;
  uint8_t voucher[96], holder[32], right[96], proof[16];
  make_voucher(voucher, holder, example);
  CHECK(bytes_of("80e0e482c88d9ccc69bd2c5452d4bfad", right) == 16 && memcmp(voucher + 80, right, 16) == 0);
  CHECK(bytes_of("4ed8c2dae9fbc3b50b1e634778016e8c", right) == 16 && memcmp(holder, right, 16) == 0);
  turnpike_ticket_prove(holder, challenge, proof);
  CHECK(bytes_of("5cc2de51140282acde5c5f33bcff1401", right) == 16 && memcmp(proof, right, 16) == 0);
  // As the broker gives it.
  CHECK(memcmp(voucher, ISSUED_VOUCHER, 96) == 0 && memcmp(holder, &ISSUED_VOUCHER[96], 16) == 0);

  bench_init(&bench, 4, 0, 2000);
  CHECK(turnpike_agent_check_voucher(&bench.agent, voucher, 2000, &use) == TURNPIKE_RESULT_OK);
  CHECK(use.lease == UINT64_C(4503599627370498) && use.quantity == 250 && use.charged == 2500 && use.meter == 0 && use.until == 601000);
  for (unsigned bit = 0; bit < 96 * 8; bit++) {
    voucher[bit / 8] ^= (uint8_t)(1u << bit % 8);
    CHECK(turnpike_agent_check_voucher(&bench.agent, voucher, 2000, &use) == TURNPIKE_RESULT_TICKET_FORGED && use.serial == 0);
    CHECK(turnpike_agent_take_voucher(&bench.agent, &vouchers, voucher, challenge, proof, 2000, &use) == TURNPIKE_RESULT_TICKET_FORGED);
    voucher[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  for (unsigned bit = 0; bit < 16 * 8; bit++) {
    proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
    CHECK(turnpike_agent_take_voucher(&bench.agent, &vouchers, voucher, challenge, proof, 2000, &use) == TURNPIKE_RESULT_PROOF_WRONG && use.serial == 0);
    proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  // Nothing of that used it up.
  CHECK(turnpike_agent_take_voucher(&bench.agent, &vouchers, voucher, challenge, proof, 2000, &use) == TURNPIKE_RESULT_OK && use.quantity == 250);
  CHECK(turnpike_agent_take_voucher(&bench.agent, &vouchers, voucher, challenge, proof, 2000, &use) == TURNPIKE_RESULT_VOUCHER_TAKEN);
}

static void each_rule(void) {
  static const struct {
    struct shown shown;
    uint64_t now;
    enum turnpike_result result;
  } rows[] = {
    {{UINT64_C(4503599627370497), 9, 1000, 601000, 1, 0xa0}, 2000, TURNPIKE_RESULT_OK},
    {{UINT64_C(4503599627370497), 9, 1000, 601000, 1, 0xa0}, 601000, TURNPIKE_RESULT_OK},
    {{UINT64_C(4503599627370497), 9, 1000, 601000, 1, 0xa0}, 601001, TURNPIKE_RESULT_TICKET_OVER},
    {{UINT64_C(4503599627370497), 9, 2000, 601000, 1, 0xa0}, 2000, TURNPIKE_RESULT_OK},
    {{UINT64_C(4503599627370497), 9, 2001, 601000, 1, 0xa0}, 2000, TURNPIKE_RESULT_TICKET_STAMP},
    {{UINT64_C(4503599627370499), 9, 1000, 601000, 1, 0xa0}, 2000, TURNPIKE_RESULT_TICKET_NOT_OURS},
    {{UINT64_C(4503599627370497), 9, 1000, 601000, 2, 0xa0}, 2000, TURNPIKE_RESULT_TICKET_NOT_OURS},
    // Of a boot before.
    {{UINT64_C(4503599627370497), 9, 1000, 601000, 1, 0xa1}, 2000, TURNPIKE_RESULT_TICKET_NOT_OURS},
    // A clock that is broken.
    {{UINT64_C(4503599627370497), 9, 0, 601000, 1, 0xa0}, 0, TURNPIKE_RESULT_TICKET_STAMP},
    {{UINT64_C(4503599627370497), 9, 0, 601000, 1, 0xa0}, 999, TURNPIKE_RESULT_TICKET_STAMP},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct bench bench;
    struct turnpike_taken taken[1] = {{0, 0}};
    struct turnpike_vouchers vouchers = {taken, 1};
    bench_init(&bench, 4, 0, 2000);
    CHECK(show(&bench, &vouchers, rows[i].shown, rows[i].now) == rows[i].result);
    CHECK((taken[0].serial == 9) == (rows[i].result == TURNPIKE_RESULT_OK));
  }
}

/// A serial is kept as long as its voucher could be shown again, and what finds no room is refused.
static void once_only(void) {
  struct bench bench;
  struct turnpike_taken rows[3] = {{0, 0}, {0, 0}, {0, 0}};
  struct turnpike_vouchers vouchers = {rows, 3}, none = {NULL, 0};
  struct shown shown = example;
  bench_init(&bench, 4, 0, 2000);
  CHECK(show(&bench, &none, shown, 2000) == TURNPIKE_RESULT_VOUCHERS_FULL);
  for (uint64_t i = 0; i < 4; i++) {
    shown.serial = 100 + i;
    shown.until = 10000 + 1000 * i;
    CHECK(show(&bench, &vouchers, shown, 2000) == (i < 3 ? TURNPIKE_RESULT_OK : TURNPIKE_RESULT_VOUCHERS_FULL));
    CHECK(show(&bench, &vouchers, shown, 2000) == (i < 3 ? TURNPIKE_RESULT_VOUCHER_TAKEN : TURNPIKE_RESULT_VOUCHERS_FULL));
  }
  CHECK(show(&bench, &vouchers, shown, 10000) == TURNPIKE_RESULT_VOUCHERS_FULL);
  // The first one's time is over, and a clock that goes back from there does not make it good again.
  CHECK(show(&bench, &vouchers, shown, 10001) == TURNPIKE_RESULT_OK);
  shown.serial = 100;
  shown.until = 10000;
  CHECK(show(&bench, &vouchers, shown, 10001) == TURNPIKE_RESULT_TICKET_OVER);
  CHECK(show(&bench, &vouchers, shown, 9500) == TURNPIKE_RESULT_TICKET_OVER);
  CHECK(show(&bench, &vouchers, shown, 5000) == TURNPIKE_RESULT_TICKET_STAMP);
  shown.serial = 101;
  shown.until = 11000;
  CHECK(show(&bench, &vouchers, shown, 11000) == TURNPIKE_RESULT_VOUCHER_TAKEN);
}

/// Whatever is shown when, in whatever order: none is served twice, and none is refused for which there was room.
static void at_random(void) {
  enum { serial_count = 64, capacity = 16 };
  struct bench bench;
  struct turnpike_taken rows[capacity];
  struct turnpike_vouchers vouchers = {rows, capacity};
  uint64_t untils[serial_count] = {0}, now = 2000, state = UINT64_C(0x9e3779b97f4a7c15);
  bool is_taken[serial_count] = {false};
  memset(rows, 0, sizeof rows);
  bench_init(&bench, 4, 0, now);
  for (unsigned step = 0; step < 4000; step++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    const unsigned i = (unsigned)(state % serial_count);
    now += state >> 60;
    // Good for up to a while, and when that is over it is another one's serial.
    if (untils[i] < now && (state >> 32) % 4 == 0) {
      untils[i] = now + (state >> 40) % 300;
      is_taken[i] = false;
    }
    const struct shown shown = {example.resource, 1 + i, 1000, untils[i], 1, 0xa0};
    unsigned used = 0;
    for (unsigned k = 0; k < serial_count; k++) used += is_taken[k] && untils[k] >= now;
    const enum turnpike_result right = untils[i] < now    ? TURNPIKE_RESULT_TICKET_OVER
                                       : is_taken[i]      ? TURNPIKE_RESULT_VOUCHER_TAKEN
                                       : used == capacity ? TURNPIKE_RESULT_VOUCHERS_FULL
                                                          : TURNPIKE_RESULT_OK;
    CHECK(show(&bench, &vouchers, shown, now) == right);
    if (right == TURNPIKE_RESULT_OK) is_taken[i] = true;
  }
}

void test_vouchers(void) {
  numbers_of_the_specification();
  each_rule();
  once_only();
  at_random();
}
