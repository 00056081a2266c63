// What a broker, or whoever plays one, could say to a device that pays: frames with the numbers that it waits for, or any bytes.

#include "peer.h"
#include "turnpike_device.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byte_count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byte_count) {
  static uint8_t received[TURNPIKE_DEVICE_RECEIVED_BYTE_COUNT_MIN], request[TURNPIKE_DEVICE_REQUEST_BYTE_COUNT(1)];
  static const uint8_t note[TURNPIKE_NOTE_BYTE_COUNT] = {1}, key[16] = {2};
  struct turnpike_device device;
  struct turnpike_device_setup setup;
  struct turnpike_outcome outcome;
  memset(&setup, 0, sizeof setup);
  setup.received.bytes = received;
  setup.received.capacity = sizeof received;
  setup.request.bytes = request;
  setup.request.capacity = sizeof request;
  CHECK(turnpike_device_init(&device, &setup) == TURNPIKE_RESULT_OK);
  while (byte_count > 0) {
    const uint8_t action = *bytes++ % 12;
    byte_count--;
    const uint64_t before = device.setup.number;
    const bool had = device.setup.request.count > 0;
    switch (action) {
      case 0: (void)turnpike_device_link_up(&device); break;
      case 1: (void)turnpike_device_link_down(&device); break;
      case 2: (void)turnpike_device_bind(&device, 7, key); break;
      case 3: (void)turnpike_device_acquire(&device, 5, 1, 0, 0, key, note, 1); break;
      case 4: (void)turnpike_device_fund_notes(&device, 7, note, 1); break;
      case 5: (void)turnpike_device_fund_tick(&device, 7, 1, 2, key); break;
      case 6: (void)turnpike_device_release(&device); break;
      case 7: (void)turnpike_device_repeat(&device); break;
      case 8: (void)turnpike_device_abandon(&device); break;
      case 9: (void)turnpike_device_outcome(&device, &outcome); break;
      case 10: {
        // All that waits is sent, and answered: status, money, then the body.
        const uint8_t *sent;
        size_t left;
        turnpike_device_output(&device, &sent, &left);
        CHECK(turnpike_device_sent(&device, left) == TURNPIKE_RESULT_OK);
        if (byte_count < 3) return 0;
        uint8_t frame[16 + 255];
        const uint32_t length = bytes[2] < byte_count - 3 ? bytes[2] : (uint32_t)(byte_count - 3);
        turnpike_frame_begin(frame, 16 + length, device.awaited, device.awaited_number);
        frame[5] = (uint8_t)(bytes[1] & 0x1e);
        frame[6] = bytes[0];
        memcpy(frame + 16, bytes + 3, length);
        bytes += 3 + length;
        byte_count -= 3 + length;
        const uint8_t *at = frame;
        left = 16 + length;
        (void)turnpike_device_receive(&device, &at, &left);
        break;
      }
      default: {
        size_t left = byte_count < 64 ? byte_count : 64;
        const size_t part = left;
        const uint8_t *at = bytes;
        (void)turnpike_device_receive(&device, &at, &left);
        bytes += part;
        byte_count -= part;
        break;
      }
    }
    CHECK(device.setup.request.count <= sizeof request);
    // A request that is kept is never put in another's place.
    if (had && device.setup.request.count > 0 && action >= 3 && action <= 6) CHECK(device.setup.number == before);
    if (device.phase == TURNPIKE_PHASE_ENDED) (void)turnpike_device_link_down(&device);
  }
  return 0;
}
