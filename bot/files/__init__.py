"""Documents and pictures that go out with replies, and the process that makes them."""
