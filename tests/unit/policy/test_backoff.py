from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from connector.policy.backoff import BACKOFF_CAP, backoff
from tests.kit.jitter import JITTER


@given(delays=st.integers(0, 10**6), seed=st.integers())
def test_backoff_grows_to_its_cap_and_is_jittered_in_full(delays, seed):
    most = backoff(delays, JITTER)
    assert most == min(BACKOFF_CAP, 2.0 * 2.0 ** min(delays, 30))
    assert 0.0 <= backoff(delays, random.Random(seed)) <= most
