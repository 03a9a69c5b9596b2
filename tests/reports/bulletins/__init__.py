"""Tests of reports/bulletins."""
