"""A language model behind an OpenAI-compatible endpoint, as such endpoints are: each with its own ways."""
