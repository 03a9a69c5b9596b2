"""Tests of reports/self_score."""
