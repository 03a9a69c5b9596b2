"""Reports that are kept: gathering, compiling, versions, what changed."""
