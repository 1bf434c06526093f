"""What the figures share: servers, a provider that costs little, rows to work on, and how to watch and to report."""
