"""Amazon SNS as it is called: certificates are kept, failures are not, and nothing inside is reached."""

from __future__ import annotations

import asyncio

from connector.http import HttpAnswer, HttpFailure
from connector.http.sns import SnsClient
from connector.values import Outcome

URL = "https://sns.eu-west-1.amazonaws.com/a.pem"
AWAY = HttpFailure(outcome=Outcome.LOST, hint="deadline", error="no complete answer")


class Recorded(SnsClient):
    def __init__(self, *answers):
        super().__init__()
        self.answers = list(answers)
        self.asked: list[str] = []

    async def get(self, url):
        self.asked.append(url)
        return self.answers.pop(0)


def test_a_certificate_is_fetched_once_and_a_failure_again():
    async def story():
        client = Recorded(AWAY, HttpAnswer(status=302), HttpAnswer(status=200, body=b"pem"))
        found = [await client.certificate(URL) for _ in range(5)]
        assert found == [None, None, b"pem", b"pem", b"pem"]
        assert len(client.asked) == 3

    asyncio.run(story())


def test_of_many_certificates_the_newest_are_kept():
    async def story():
        client = Recorded(*[HttpAnswer(status=200, body=b"pem") for _ in range(40)])
        for number in range(20):
            await client.certificate(f"{URL}?{number}")
        await client.certificate(f"{URL}?19")
        assert len(client.asked) == 20
        await client.certificate(f"{URL}?0")
        assert len(client.asked) == 21

    asyncio.run(story())


def test_what_the_name_resolves_to_must_be_public():
    async def story():
        client = SnsClient()
        found = await client.get("https://127.0.0.1/a.pem")
        await client.aclose()
        return found

    found = asyncio.run(story())
    assert isinstance(found, HttpFailure)
    assert found.hint == "forbidden"
