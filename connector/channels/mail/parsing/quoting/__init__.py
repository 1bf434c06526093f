"""Quoting: what a customer just wrote, apart from quoted history and signature, in the languages of mail programs."""

from connector.channels.mail.parsing.quoting.new_text import NewText, split

__all__ = ["NewText", "split"]
