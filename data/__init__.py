"""The sample units, counters and catalog that a first try runs on."""
