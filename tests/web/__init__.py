"""Tests of the pages: by HTTP as a browser without JavaScript sends it, and in Chromium."""
