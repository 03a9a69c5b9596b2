"""Periods, rates and the compiled report."""
