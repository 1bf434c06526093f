"""The storm: many turns, workers killed at random, a provider that loses answers; then every turn is accounted for.

``python -m tests.storm`` (``make storm``) runs it on each broker whose server is named and prints a table;
``tests/acceptance`` runs shorter ones. What a storm needs, workers, doubles and places, serves other tests as well.
"""
