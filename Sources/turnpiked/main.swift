print("turnpiked")
