// WireProtocolTests
