"""AWS access policies: parse, authorize, evaluate, ask questions, explain."""
