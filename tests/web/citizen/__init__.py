"""Tests of web/citizen."""
