// TurnpikeClient
