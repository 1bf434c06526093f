from __future__ import annotations

import io
import os
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.files.formats import read_entries
from connector.channels.files.mailbox import is_separator, split_mbox
from connector.services.ingest.found import Files
from connector.values import Event, EventStatus, Refusal
from tests.kit.message_files import read_file

SEPARATOR = "From ana@shop.example Sat Nov 21 10:00:00 2026\n"


def mail(number: int, text: str = "hello") -> str:
    return f"From: ana@shop.example\nMessage-ID: <{number}@x>\nSubject: {number}\n\n{text}\n"


def split(text: str) -> list[str]:
    return [raw.decode() for raw in split_mbox(io.BytesIO(text.encode()))]


def test_an_mbox_holds_its_mails_in_order():
    assert split(f"{SEPARATOR}{mail(1)}\n{SEPARATOR}{mail(2)}\n{SEPARATOR}{mail(3)}") == [mail(1), mail(2), mail(3)]


@pytest.mark.parametrize(
    "line",
    [
        "From ana@shop.example Sat Nov 21 10:00:00 2026",
        "From MAILER-DAEMON  Sat Nov  7 22:47:39 2009",
        "From - Sat Nov 21 10:00:00 2026",
        "From 1234567890@xxx Sat Nov 21 10:00:00 +0000 2026",
        "From ana@shop.example Sat, 21 Nov 2026 10:00:00 +0100",
        "From ana lima Sat Nov 21 10:00 2026",
    ],
)
def test_separators_of_many_programs(line):
    assert is_separator(line.encode())


@pytest.mark.parametrize(
    "line", ["From Monday on I was away", "From: ana@shop.example", ">From a Sat Nov 21 10:00:00 2026", "From"]
)
def test_other_lines_are_none(line):
    assert not is_separator(line.encode())


def test_a_body_line_that_begins_with_from_splits_nothing():
    body = (
        f"Dear all,\n\nFrom Monday on I was away.\nFrom here\n\n{SEPARATOR}that line is quoted from a log\n{SEPARATOR}"
    )
    assert split(f"{SEPARATOR}{mail(1, body)}\n{SEPARATOR}{mail(2)}") == [mail(1, body), mail(2)]


def test_quoted_from_lines_are_unquoted_once():
    assert split(f"{SEPARATOR}{mail(1, '>From here' + chr(10) + '>>From there')}") == [
        mail(1, "From here\n>From there")
    ]


def test_line_ends_of_windows_are_kept():
    text = f"{SEPARATOR}{mail(1)}\n{SEPARATOR}{mail(2)}".replace("\n", "\r\n")
    assert split(text) == [mail(1).replace("\n", "\r\n"), mail(2).replace("\n", "\r\n")]


WHOLE = "From: bo@home.example\nDate: Sat, 21 Nov 2026 10:05:00 +0000\nMessage-ID: <2@x>\n\nhello\n"
"""A mail by which a separator is known whatever it looks like."""


@pytest.mark.parametrize("blank", ["", "\n"])
@pytest.mark.parametrize(
    "line",
    [
        "From bo@home.example Sat Nov 21 10:05:00 2026",
        "From bo@home.example Sa Nov 21 10:05:00 2026",
        "From bo@home.example 2026-11-21T10:05:00Z",
        "From bo@home.example 21 Nov 2026 10:05:00 +0000",
        "From ???@??? Sat Nov 21 10:05:00 2026",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_dated_separator_opens_a_mail_wherever_the_headers_of_one_follow(line, blank, end):
    text = f"{SEPARATOR}{mail(1)}{blank}{line}\n{WHOLE}"
    assert split(text.replace("\n", end)) == [mail(1).replace("\n", end), WHOLE.replace("\n", end)]


def test_a_separator_without_a_date_opens_a_mail_after_a_blank_line():
    assert split(f"{SEPARATOR}{mail(1)}\nFrom -\n{WHOLE}") == [mail(1), WHOLE]
    assert split(f"{SEPARATOR}{mail(1)}\nFrom bo@home.example\r\n{WHOLE}") == [mail(1), WHOLE]
    assert len(split(f"{SEPARATOR}{mail(1)}\nFrom my notes:\n{WHOLE}")) == 1


def test_an_exact_separator_opens_a_mail_of_few_headers():
    few = "From: bo@home.example\nSubject: Card\n\nhello\n"
    assert split(f"{SEPARATOR}{mail(1)}{SEPARATOR}{few}") == [mail(1), few]


def test_a_mailbox_may_have_lost_its_first_separator_and_begin_with_a_mark():
    assert split(f"{WHOLE}\n{SEPARATOR}{mail(1)}") == [WHOLE, mail(1)]
    assert split(f"\ufeff{SEPARATOR}{mail(1)}") == [mail(1)]


def test_headers_of_a_mail_may_be_folded_and_stand_below_many_others():
    headers = "".join(f"Received: from a\n\tby b{number}\n" for number in range(40))
    assert split(f"{SEPARATOR}{mail(1)}From bo 21 Nov 2026 10:05\n{headers}{WHOLE}") == [mail(1), headers + WHOLE]


@pytest.mark.parametrize("line", ["From -", "From bo, 21 Nov 2026, 10:05"])
def test_a_line_that_may_open_a_mail_is_reported_with_its_place(tmp_path, line):
    headers = WHOLE if line == "From -" else "From: bo@home.example\nSubject: a quoted header\n"
    path = tmp_path / "a.mbox"
    path.write_text(f"{SEPARATOR}{mail(1, 'one')}{line}\n{headers}\n{SEPARATOR}{mail(3)}")
    first, doubt, third = read_entries(path, route="support")
    assert isinstance(first.item, Event)
    assert isinstance(third.item, Event)
    assert (first.item.id, third.item.id) == ("1@x", "3@x")
    assert isinstance(doubt.item, Refusal)
    assert doubt.position == "mail 1, line 6"
    assert "may be the start of another mail" in doubt.item.reason


@pytest.mark.parametrize("line", ["From Monday on: nothing", "From here to 10:00", SEPARATOR.strip()])
def test_words_that_begin_with_from_are_no_reason_to_doubt(tmp_path, line):
    path = tmp_path / "a.mbox"
    path.write_text(f"{SEPARATOR}{mail(1, f'Dear all,{chr(10)}{line}')}\n{SEPARATOR}{mail(2)}")
    assert [entry.position for entry in read_entries(path, route="support")] == ["mail 1", "mail 2"]


def timed(number: int, date: str, more: str = "") -> str:
    return f"From: a@home.example\nMessage-ID: <{number}@x>\nDate: Sat, 21 Nov 2026 {date} +0000\n{more}\nhello\n"


@pytest.mark.parametrize("turned", [False, True])
def test_no_mail_is_before_the_one_that_it_answers(tmp_path, turned):
    mails = [timed(1, "13:56:00"), timed(2, "13:55:00", "In-Reply-To: <1@x>\n"), timed(3, "14:00:00")]
    path = tmp_path / "a.mbox"
    path.write_text("\n".join(SEPARATOR + each for each in (reversed(mails) if turned else mails)))
    when = {
        entry.item.id: entry.item.occurred_at
        for entry in read_entries(path, route="s")
        if isinstance(entry.item, Event)
    }
    assert sorted(when, key=lambda own_id: str(when[own_id])) == ["1@x", "2@x", "3@x"]
    assert len(set(when.values())) == 3
    assert when["3@x"] == datetime(2026, 11, 21, 14, tzinfo=UTC)


def test_mails_that_answer_each_other_are_read(tmp_path):
    path = tmp_path / "a.mbox"
    first, second = timed(1, "10:00:00", "References: <2@x> <1@x>\n"), timed(2, "10:00:00", "In-Reply-To: <1@x>\n")
    path.write_text(f"{SEPARATOR}{first}\n{SEPARATOR}{second}")
    assert len(list(read_entries(path, route="s"))) == 2


def test_what_its_owner_trashed_or_never_sent_is_left_alone(tmp_path):
    box = make_maildir(tmp_path / "box", new={}, cur={"1.a:2,S": mail(1), "2.b:2,ST": mail(2), "3.c:2,D": mail(3)})
    told = [entry.item for entry in read_entries(box, route="support") if isinstance(entry.item, Event)]
    assert [(each.status, each.reason) for each in told] == [
        (EventStatus.ACCEPTED, None), (EventStatus.STOPPED, "deleted"), (EventStatus.STOPPED, "draft"),
    ]  # fmt: skip


def test_what_stands_before_the_first_separator_is_no_mail():
    assert split(f"some words\n\n{SEPARATOR}{mail(1)}") == [mail(1)]


def test_a_mail_over_the_limit_is_refused_and_the_next_one_read(tmp_path):
    path = tmp_path / "big.mbox"
    with path.open("w") as file:
        file.write(SEPARATOR + mail(1))
        for _ in range(27):
            file.write("x" * 1024 * 1024)
        file.write(f"\n\n{SEPARATOR}{mail(2)}")
    big, small = read_entries(path, route="support")
    assert isinstance(big.item, Refusal)
    assert (big.position, big.item.external_id) == ("mail 1", "1@x")
    assert big.item.reason.startswith("too_large: ")
    assert isinstance(small.item, Event)
    assert (small.position, small.item.id) == ("mail 2", "2@x")


def test_an_mbox_without_a_mail_says_so(tmp_path):
    path = tmp_path / "x.mbox"
    path.write_text("nothing of the kind\n")
    (refusal,) = read_file(path, route="support")
    assert isinstance(refusal, Refusal)
    assert "no mail in it" in refusal.reason


bodies = st.lists(
    st.sampled_from(["", "hello", "From here", ">From there", ">>From x", SEPARATOR.strip(), "> quoted"]), max_size=6
)


@given(st.lists(bodies, max_size=5))
def test_what_mboxrd_writes_is_read_back(mails):
    wanted = [mail(number, "\n".join(lines)) for number, lines in enumerate(mails)]
    quoted = [
        "".join(">" + line if line.lstrip(">").startswith("From ") else line for line in each.splitlines(keepends=True))
        for each in wanted
    ]
    assert split("".join(f"{SEPARATOR}{each}\n" for each in quoted)) == wanted


def make_maildir(path, **folders: dict[str, str]):
    for folder in ("new", "cur", "tmp"):
        (path / folder).mkdir(parents=True)
        for name, text in folders.get(folder, {}).items():
            (path / folder / name).write_text(text)
    return path


def test_a_maildir_is_read_from_new_and_cur_but_never_tmp(tmp_path):
    box = make_maildir(
        tmp_path / "box",
        new={"1700000002.b.host": mail(2), ".hidden": mail(9)},
        cur={"1700000001.a.host:2,S": mail(1), "1700000002.b.host:2,S": mail(2)},
        tmp={"1700000003.c.host": mail(3)},
    )
    entries = list(read_entries(box, route="support"))
    assert [entry.position for entry in entries] == ["new/1700000002.b.host", "cur/1700000001.a.host:2,S"]
    assert [entry.item.id for entry in entries if isinstance(entry.item, Event)] == ["2@x", "1@x"]


def test_a_mail_that_moves_while_a_maildir_is_read_is_found_in_its_new_place(tmp_path):
    box = make_maildir(tmp_path / "box", new={"1.a": mail(1), "2.b": mail(2), "3.c": mail(3)})
    found = read_file(box, route="support")
    first = next(found)
    (box / "new" / "2.b").rename(box / "cur" / "2.b:2,S")
    (box / "new" / "3.c").unlink()
    second, gone = found
    assert isinstance(first, Event)
    assert isinstance(second, Event)
    assert (first.id, second.id) == ("1@x", "2@x")
    assert isinstance(gone, Refusal)
    assert gone.position == "new/3.c"


def test_a_refused_mail_says_where_it_stood(tmp_path):
    box = make_maildir(tmp_path / "box", new={"1.a": "no mail at all"})
    (refusal,) = read_file(box, route="support")
    assert isinstance(refusal, Refusal)
    assert (refusal.where, refusal.position, refusal.source) == (str(box), "new/1.a", "mail:support")
    assert refusal.reason.startswith("no_sender: ")
    assert refusal.raw == b"no mail at all"


def test_one_mail_in_a_file(tmp_path):
    path = tmp_path / "a.eml"
    path.write_text(mail(1).replace("\n\n", "\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\n", 1))
    (event,) = read_file(path, route="support", addresses=["ANA@shop.example"])
    assert isinstance(event, Event)
    assert (event.source, event.status, event.reason) == ("mail:support", EventStatus.STOPPED, "own_address")
    assert event.occurred_at == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def test_of_a_maildir_only_files_are_read_and_the_rest_is_refused_with_its_reason(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(mail(9, "not for anybody"), encoding="utf-8")
    box = make_maildir(tmp_path / "box", new={"1.a": mail(1)}, cur={"5.e:2,S": mail(5)})
    (box / "new" / "2.b").symlink_to(secret)
    (box / "new" / "3.gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(box / "new" / "4.pipe")
    (box / "cur" / "6.folder").mkdir()
    entries = list(read_entries(box, route="support"))
    told = {entry.position: entry.item.reason for entry in entries if isinstance(entry.item, Refusal)}
    assert [entry.item.id for entry in entries if isinstance(entry.item, Event)] == ["1@x", "5@x"]
    assert set(told) == {"new/2.b", "new/3.gone", "new/4.pipe", "cur/6.folder"}
    assert "symbolic link" in told["new/2.b"]
    assert "symbolic link" in told["new/3.gone"]
    assert "regular file" in told["new/4.pipe"]
    assert "regular file" in told["cur/6.folder"]


def test_a_folder_of_a_maildir_that_leads_elsewhere_is_not_followed(tmp_path):
    elsewhere = make_maildir(tmp_path / "other", new={"1.a": mail(1)})
    box = make_maildir(tmp_path / "box", new={"2.b": mail(2)})
    (box / "cur").rmdir()
    (box / "cur").symlink_to(elsewhere / "new")
    told = list(read_file(box, route="support"))
    assert [item.id for item in told if isinstance(item, Event)] == ["2@x"]
    assert ["symbolic link" in item.reason for item in told if isinstance(item, Refusal)] == [True]


def test_links_that_lead_round_and_round_cost_nothing(tmp_path):
    box = make_maildir(tmp_path / "box", new={"1.a": "x" * 10})
    for name in ("a", "b", "c"):
        (box / "cur" / name).symlink_to(box)
    assert Files(paths=[box], route="support").size == 10


@pytest.mark.parametrize("form", [None, "eml", "mbox", "csv", "jsonl", "maildir"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, form):
    os.mkfifo(tmp_path / "pipe")
    (told,) = read_file(tmp_path / "pipe", route="support", format=form)
    assert isinstance(told, Refusal)
    assert "regular file" in told.reason
