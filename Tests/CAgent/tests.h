#ifndef TESTS_H
#define TESTS_H

#include "peer.h"
#include "tests.inc"
#include "turnpike_device.h"

void test_link(void);
void test_leases(void);
void test_provisioning(void);
void test_usage(void);
void test_outages(void);
void test_usage_random(void);

void test_tickets(void);
void test_vouchers(void);
void test_device(void);
void test_vectors(void);
void test_random(void);

#endif
