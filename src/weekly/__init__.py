"""A week of papers, projects and posts, turned into a newsletter that an editor has approved."""

__version__ = "0.1.0"
