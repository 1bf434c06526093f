"""The HTTP front door: events come in, turns and conversations are looked at; ``turnwire serve`` runs it.

Needs the extra ``http``. Whatever costs something is behind a bearer token and a bound: bodies are counted while
they are read, requests and bytes in work are limited, and every wait has a deadline.
"""
