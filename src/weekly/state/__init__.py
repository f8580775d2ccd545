"""The state of a newsletter as text: what has to outlive a machine, as JSON lines that git can compare and merge.

A database is made again from these lines and the archive. What is not among them is collected or asked for again:
texts of what was passed over, web answers, answers of models, pictures.
"""

from weekly.state.load import load
from weekly.state.save import save

__all__ = ["load", "save"]
