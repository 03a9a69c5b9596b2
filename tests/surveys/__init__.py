"""Questionnaires, answer rules, masking, codes and posters."""
