"""The review page: from candidates and the machine's draft to an approved issue."""
