"""Tests of reports/dossiers."""
