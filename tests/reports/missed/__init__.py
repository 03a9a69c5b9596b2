"""Tests of reports/missed."""
