"""The hosting API, as our client meets it when it is well and when it is not."""

from __future__ import annotations

import pytest

from tests.repository.hosting_site import REPOSITORY, TOKEN, HostingSite, serving
from weekly.errors import FetchError, Unreachable
from weekly.repository.hosting import PAGES, Hosting


@pytest.fixture
def site(tmp_path):
    return HostingSite(tmp_path)


@pytest.fixture
def hosting(site):
    with serving(site) as address:
        hosting = Hosting(address, REPOSITORY, TOKEN, sleep=lambda _: None)
        yield hosting
        hosting.close()


def test_only_who_may_push_may_write(site, hosting):
    site.permissions |= {"eve": "read", "kit": "triage", "bot[bot]": "write"}
    wanted = {"ada": True, "ben": True, "eve": False, "kit": False, "nobody": False, "../../pulls": False}
    assert {login: hosting.may_write(login) for login in wanted} == wanted
    assert hosting.may_write("bot[bot]")


@pytest.fixture
def fails(site):
    """Has the site fail at the requests that come next: before it does what is asked, or after."""
    answer, faults = site.answer, []

    def sometimes(method, path, query, body):
        fault = faults.pop(0) if faults else ""
        told = (502, {}) if fault == "before" else answer(method, path, query, body)
        return (502, {}) if fault == "after" else told

    site.answer = sometimes
    return faults


def test_what_fails_on_their_side_is_asked_again(site, hosting, fails):
    fails += ["before", "before"]
    assert hosting.may_write("ada")
    fails += ["before", "after"]
    hosting.set_status("a" * 40, "success", "nothing blocks")
    assert {state for _, state, _ in site.statuses} == {"success"}
    fails += ["before"] * 3
    with pytest.raises(FetchError, match="502"):
        hosting.may_write("ada")


@pytest.mark.parametrize("fault", ["before", "after"])
def test_what_may_have_been_taken_is_looked_for_before_it_is_said_again(site, hosting, fails, fault):
    site.said[1] = [{"body": "An answer."}, {"body": "/weekly status"}]
    fails += [fault]
    hosting.comment(1, "An answer.\n")
    assert [said["body"].strip() for said in site.said[1]] == ["An answer.", "/weekly status", "An answer."]
    site.tip = lambda branch: "a" * 40
    fails += [fault]
    assert hosting.open_pull_request("issue/2025-W15", "main", "2025-W15", "A draft.") == 1
    assert list(site.pulls) == [1]


def test_a_refusal_names_what_the_job_lacks(site):
    with serving(site) as address:
        hosting = Hosting(address, REPOSITORY, "another", sleep=lambda _: None)
        with pytest.raises(FetchError, match="401: give the job its token"):
            hosting.pull_requests("issue/2025-W15")
        hosting.close()


def test_a_host_that_does_not_answer_is_said_to():
    hosting = Hosting("http://127.0.0.1:9", REPOSITORY, TOKEN, sleep=lambda _: None)
    with pytest.raises(Unreachable, match="no answer"):
        hosting.pull_request(1)
    hosting.close()


def test_a_list_is_read_to_its_last_page_and_its_pages_are_of_this_host(site, hosting):
    site.said[1] = [{"body": f"{number}"} for number in range(250)]
    assert hosting.comments(1) == [f"{number}" for number in range(250)]
    assert len(site.asked) == 3
    site.pages_at = "http://127.0.0.1:9"
    with pytest.raises(FetchError, match=r"another host: 127\.0\.0\.1"):
        hosting.comments(1)
    site.pages_at, site.said[1] = "", [{"body": ""}] * (100 * PAGES + 1)
    with pytest.raises(FetchError, match="more than 30 pages"):
        hosting.comments(1)


def test_an_approval_that_was_taken_back_or_is_of_another_commit_is_none(site, hosting):
    head = {"ref": "issue/2025-W15", "sha": "a" * 40, "repo": {"full_name": REPOSITORY}}
    site.pulls[1] = {"number": 1, "state": "closed", "head": head, "base": {"ref": "main"}}

    def review(login, state, commit="a" * 40):
        site.reviews.setdefault(1, []).append({"user": {"login": login}, "state": state, "commit_id": commit})

    site.permissions |= {"cyd": "write", "dan": "write"}
    review("ada", "APPROVED")
    review("ben", "APPROVED")
    review("ben", "CHANGES_REQUESTED")
    review("cyd", "APPROVED", "b" * 40)
    review("dan", "APPROVED")
    review("dan", "COMMENTED")
    review("mallory", "APPROVED")
    review("ada", "DISMISSED")
    assert hosting.approvers(hosting.pull_request(1)) == ["dan"]
    review("ada", "APPROVED")
    assert hosting.approvers(hosting.pull_request(1)) == ["dan", "ada"]
