"""The archive as a site: what follows from the published issues, as files that work from a disk and from a server."""
