// BrokerCoreTests
