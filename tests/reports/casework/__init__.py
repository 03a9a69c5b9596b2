"""Tests of reports.casework."""
