from __future__ import annotations

import pytest

from weekly.delivery.oauth import access_token, xoauth2
from weekly.errors import SettingsError


def test_the_token_is_what_the_command_prints():
    assert access_token("printf ' ya29.a-b_c\n'", "[smtp] token_command") == "ya29.a-b_c"


@pytest.mark.parametrize(
    "command",
    [
        "sh -c 'echo ya29.secret; exit 3'",
        "sh -c 'echo ya29.secret ya29.secret'",
        "sh -c 'echo ya29.secret; echo ya29.secret'",
        "sh -c 'yes ya29.secret | head -c 100000'",
        "true",
        "'",
        "/nowhere/ya29.secret.sh",
        "sh -c 'echo ya29.secret; sleep 20'",
    ],
)
def test_a_command_that_gives_no_token_is_named_and_what_it_printed_is_not(command):
    with pytest.raises(SettingsError, match=r"\[smtp\] token_command: .*by hand") as said:
        access_token(command, "[smtp] token_command", timeout=0.5)
    assert "ya29.secret" not in str(said.value).replace("/nowhere/ya29.secret.sh", "")
    assert "\n" not in str(said.value)


def test_a_login_by_token_is_written_as_the_servers_want_it():
    assert xoauth2("me@example.org", "t") == b"user=me@example.org\x01auth=Bearer t\x01\x01"
