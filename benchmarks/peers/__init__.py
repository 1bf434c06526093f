"""The same work done with other tools, each as its documentation recommends.

Claim a message from RabbitMQ, call the provider, commit a row with the answer in PostgreSQL, acknowledge. Each module
is that tool's application; :mod:`benchmarks.peers.running` starts them and measures.
"""
