"""Tests of surveys/printing."""
