"""A page of papers in depth, by topic: overview, method, experiments, in plain words."""

from weekly.formats.topic.model import SECTIONS, SECTIONS_EN, Paper, PaperSection, PaperTopic, TopicPage
from weekly.formats.topic.parse import parse, read

__all__ = ["SECTIONS", "SECTIONS_EN", "Paper", "PaperSection", "PaperTopic", "TopicPage", "parse", "read"]
