"""What happened: one class an event, one table a class."""
