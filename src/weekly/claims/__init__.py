"""What a text asks its reader to believe, and whether sources hold it: numbers, names, institutions, links, boasts.

Pure functions over text; the drafts, the checks and the review page all ask the same ones.
"""

from __future__ import annotations

from weekly.claims.claim import About, Claim, Sentence, Support
from weekly.claims.sources import Sources, unsupported, warnings

__all__ = ["About", "Claim", "Sentence", "Sources", "Support", "unsupported", "warnings"]
