"""Tests of reports/integrity."""
