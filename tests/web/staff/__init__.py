"""Tests of web/staff."""
