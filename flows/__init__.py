"""Prefect, and only Prefect: the stages of `weekly.pipeline` with schedules, retries and a history to look at."""
