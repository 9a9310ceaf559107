"""Tests of jobs; `workshop` holds the kinds of job they use, `worker` runs them in a process of its own."""
