"""Mail services that post each mail: one file a provider, which verifies a delivery and finds the mail in it."""
