"""A package, so that a fixture of its scope exists: the servers, which end with the last of these tests."""
