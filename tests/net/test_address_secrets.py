"""A secret goes to its own host, and comes back from nowhere."""

from __future__ import annotations

import pytest

from weekly.net.address_secrets import AddressSecrets

SECRETS = AddressSecrets(values={"${TOKEN}": "s3/cr&et="}, origin="https://a.example/${TOKEN}/feed")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://a.example/${TOKEN}/feed", "https://a.example/s3/cr&et=/feed"),
        ("https://b.example/${TOKEN}/feed", "https://b.example/${TOKEN}/feed"),
        ("http://a.example/${TOKEN}/feed", "http://a.example/${TOKEN}/feed"),
        ("https://a.example/", "https://a.example/"),
    ],
)
def test_it_is_put_in_for_its_own_host_alone_and_not_without_tls(url, asked):
    assert SECRETS.fill(url) == asked


@pytest.mark.parametrize("form", ["s3/cr&et=", "s3%2Fcr%26et%3D", "s3/cr%26et%3D", "s3/cr&amp;et="])
def test_it_is_taken_out_in_every_writing(form):
    assert SECRETS.hide(f"https://a.example/?key={form}") == "https://a.example/?key=${TOKEN}"
    assert SECRETS.hide_in(f"<link href='?key={form}'/>".encode()) == b"<link href='?key=${TOKEN}'/>"


def test_a_short_one_is_no_reason_to_change_every_word_of_an_answer():
    short = AddressSecrets(values={"${KEY}": "ab"}, origin="https://a.example")
    assert short.hide_in(b"about a cab") == b"about a cab"
    assert short.hide("https://a.example/?key=ab") == "https://a.example/?key=${KEY}"
