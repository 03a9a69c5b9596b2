"""The running process: settings, wiring, command line, schedule, delivery, and one file per channel."""
