"""The fault matrix: a test for every row that can be played, and the table made from what they saw."""
