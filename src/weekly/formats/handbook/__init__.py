"""An evergreen page of questions and answers: contents with anchors, chapters, questions with ids."""

from weekly.formats.handbook.append import append, first
from weekly.formats.handbook.model import Chapter, Handbook, Question, TocLine
from weekly.formats.handbook.parse import is_empty, parse

__all__ = ["Chapter", "Handbook", "Question", "TocLine", "append", "first", "is_empty", "parse"]
