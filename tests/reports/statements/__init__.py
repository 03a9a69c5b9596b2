"""Tests of reports/statements."""
