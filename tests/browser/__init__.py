"""A package, so that a fixture of its scope exists: the browser, which ends with the last of these tests."""
