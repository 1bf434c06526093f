"""A second double of both vendors, written from their pages alone: it shares no code with the sandbox.

Where the pages leave a choice it chooses otherwise than the sandbox does, so that what passes against both leans on
neither's habits. ``python -m tests.doubles`` runs it as a program.
"""
