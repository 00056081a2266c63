// TurnpikeClientTests
