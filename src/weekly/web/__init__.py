"""The pages that weekly serves itself: what readers see, and what editors do."""
