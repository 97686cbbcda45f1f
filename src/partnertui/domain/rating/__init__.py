"""Rating: the price that applies to a call, its charge, and the explanation of both."""
