"""Serving: what a token costs, who asks for how many, and how long they wait for them."""
