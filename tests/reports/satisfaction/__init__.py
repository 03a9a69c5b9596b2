"""Tests of reports/satisfaction."""
