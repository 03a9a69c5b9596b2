"""The running process: effects, delivery, live data, schedule, key, and the command line."""
