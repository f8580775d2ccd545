"""Subscribers as they are written down elsewhere: lists, and what mail servers report about them."""
