"""AI workers: what they can be trusted with, how many there are, and what they do to each step of research."""
