from __future__ import annotations

import pytest

from connector.channels.mail.parsing.parameters import parameters


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("; charset=utf-8", {"charset": "utf-8"}),
        (" charset=utf-8", {"charset": "utf-8"}),
        (", Charset = 'utf-8' ; format=flowed", {"charset": "'utf-8'", "format": "flowed"}),
        ('; name="a \\"b\\"; c.txt"; charset="x', {"name": 'a "b"; c.txt', "charset": "x"}),
        ("; filename=my photo.jpg", {"filename": "my photo.jpg"}),
        ("; charset=a; charset=b", {"charset": "a"}),
        ("; filename*=utf-8''gr%C3%BC%C3%9Fe.txt; filename=x", {"filename": "grüße.txt"}),
        ("; filename*=windows1251''%E3%E4%E5.txt", {"filename": "где.txt"}),
        ("; filename*0*=utf-8''gr%C3; filename*1*=%BC%C3%9Fe; filename*2=.txt", {"filename": "grüße.txt"}),
        ('; filename*1=b; filename*0="a"', {"filename": "ab"}),
        ("; filename*=%zz", {"filename": "%zz"}),
        ('; name="C:\\temp\\x.txt"', {"name": "C:\\temp\\x.txt"}),
        ("", {}),
        ("; =x; ;;", {}),
    ],
)
def test_parameters_are_read_as_programs_write_them(text, found):
    assert parameters(text) == found
