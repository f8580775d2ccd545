"""What the archive and the editors teach; needs scikit-learn."""

from __future__ import annotations

from weekly.errors import WorkspaceError

try:
    import sklearn  # noqa: F401 - before any module of this package asks for a part of it
except ImportError as error:
    raise WorkspaceError("learning needs scikit-learn: pip install 'weekly-digest[learn]'") from error
