print("turnpike-load")
