"""Tests of reports/office."""
