"""Tests of web/kiosk."""
