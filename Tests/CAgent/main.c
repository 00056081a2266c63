#include "tests.h"

int main(void) {
  test_link();
  test_leases();
  test_provisioning();
  test_usage();
  test_outages();
  test_usage_random();
  test_tickets();
  test_vouchers();
  test_device();
  test_vectors();
  test_random();
  printf("%lu\n", check_count);
  return 0;
}
