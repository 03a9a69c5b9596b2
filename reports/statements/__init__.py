"""Reports that are kept: gathering their inputs, compiling them, their versions, and what changed."""
