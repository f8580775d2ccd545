"""A newsletter that lives in a repository: drafts are pull requests, a merge is the approval, the state is a branch.

Every command starts from the branches and the answers of the hosting API, and ends with a push: a runner that is lost
at any moment leaves the branches as one of these steps left them, and the next run goes on from there. The push of the
state is what decides between two runs: it is never forced, and nothing is published or sent before it.
"""
