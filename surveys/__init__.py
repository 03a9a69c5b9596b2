"""Questionnaires as data, the rules an answer must keep, and links and codes that lead to a survey."""
