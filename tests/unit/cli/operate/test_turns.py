"""`turnwire turns`: lists, the one screen, settling by id and by filter, and who is told what."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from connector.cli.shared.desk import change_each, desk
from connector.errors import Overtaken
from connector.storage import tables
from tests.kit.cli_site import make_site
from tests.kit.storage_fixtures import MINUTE

LISTED = [
    *("id", "revision", "event_id", "conversation_id", "conversation", "route", "account", "provider"),
    *("source", "external_id", "position", "status", "reason", "waiting_for", "settled_by"),
    *("text", "answer", "agent_state", "provider_chat_id", "provider_turn", "priority", "backlog_id", "followup_id"),
    *("customer", "metadata", "accepted_at", "occurred_at", "due_at", "sent_at", "ended_at", "subject", "source_kind"),
]


@pytest.fixture
def site(sqlite_database, tmp_path, capsys):
    made = make_site(sqlite_database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


def attempt(site, turn, number, call="send", outcome="lost", **values):
    now = site.store.now()
    columns = {"owner": 1, "started_at": now - 2500, "ended_at": now, "error": None, "evidence": None} | values
    site.store.add(tables.attempts, turn_id=turn, number=number, call=call, outcome=outcome, **columns)


# --- list ------------------------------------------------------------------------------------------------------------


def test_a_list_is_newest_first_and_says_why(site):
    site.store.conversation("T-1", ["answered", "unknown", "queued"])
    ran = site("turns", "list")
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0].split() == ["ID", "CONVERSATION", "STATUS", "WHY", "AGE", "TEXT"]
    assert [line.split()[2:4] for line in lines[1:]] == [
        ["queued", "predecessor_unknown"],
        ["unknown", "lost"],
        ["answered", "-"],
    ]


def test_json_lines_are_the_pinned_schema(site):
    site.store.conversation("T-1", ["answered", "queued"])
    ran = site("turns", "list", "--json")
    assert [list(row) for row in ran.rows] == [LISTED, LISTED]
    assert [row["status"] for row in ran.rows] == ["queued", "answered"]
    assert ran.rows[0]["provider"] == "osvi"


def test_filters_narrow(site):
    _, (old,) = site.store.conversation("T-1", ["failed"], age=120 * MINUTE)
    _, (new, _) = site.store.conversation("T-2", ["failed", "answered"], route="sales", account="synthflow")

    def ids(*words):
        return [int(row["id"]) for row in site("turns", "list", "--json", *words).rows]

    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert ids("--status", "failed") == [new, old]
    assert len(ids("--status", "failed", "--status", "answered")) == 3
    assert ids("--status", "failed", "--route", "sales") == [new]
    assert ids("--account", "osvi") == [old]
    assert ids("--conversation", "T-1") == [old]
    assert ids("--older-than", "1h") == [old]
    assert ids("--status", "failed", "--since", "1h") == [new]
    assert ids("--status", "failed", "--since", an_hour_ago) == [new]
    assert ids("--until", an_hour_ago) == [old]
    assert ids("--reason", "busy") == []
    assert ids("--status", "failed", "--limit", "1") == [new]


def test_people_see_the_newest_fifty_and_are_told_of_the_rest(site):
    site.store.conversation("T-1", ["answered"] * 51)
    short, whole, some = site("turns", "list"), site("turns", "list", "--limit", "0"), site("turns", "list", "--json")
    assert len(short.out.splitlines()) == 51
    assert "--limit 0 lists all" in short.err
    assert len(whole.out.splitlines()) == 52
    assert whole.err == ""
    assert len(some.rows) == 51


def test_nothing_found_is_no_error(site):
    ran = site("turns", "list", "--status", "failed")
    assert (ran.code, ran.out, ran.err) == (0, "", "no turns\n")
    assert site("turns", "list", "--json").out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--route", "suport"), "no route suport: did you mean support?"),
        (("--account", "ovsi"), "no account ovsi: did you mean osvi?"),
        (("--status", "lost"), "'lost' is not one of"),
        (("--since", "yesterday"), "'yesterday' is not understood"),
        (("--since", "2026-11-21T10:00:00"), "is not understood"),
        (("--older-than", "5"), "'5' is no duration"),
    ],
)
def test_words_nobody_understands_are_usage_errors(site, words, said):
    ran = site("turns", "list", *words)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_a_route_that_is_not_configured_any_more_can_still_be_asked_for(site):
    site.store.conversation("T-1", ["answered"], route="gone", account="closed-down")
    assert len(site("turns", "list", "--json", "--route", "gone", "--account", "closed-down").rows) == 1


# --- show ------------------------------------------------------------------------------------------------------------


def test_one_screen_for_a_turn_in_doubt(site):
    conversation, (turn, *_) = site.store.conversation("T-1", ["unknown", "queued", "queued"], chat_id="chat-9")
    site.store.change(tables.turns, tables.turns.c.id == turn, provider_chat_id="chat-9", text="Where is it?\nZoë")
    attempt(site, turn, 1, "open", "answered", http_status=200)
    attempt(site, turn, 2, error="no complete answer within the deadline", evidence=json.dumps({"hint": "deadline"}))
    site.store.reply(turn, conversation, "queued")
    ran = site("turns", "show", str(turn))
    assert ran.code == 0
    for expected in (
        f"turn {turn}: unknown - may have been delivered",
        "the answer was lost on the way",
        "2 turns of this conversation behind it",
        f"T-1 (id {conversation}), message 1",
        "support, account osvi at osvi",
        "  | Where is it?\n  | Zoë",
        "1  open  answered  HTTP 200",
        "error: no complete answer within the deadline",
        "evidence: deadline",
        "webhook: queued",
        "in chat chat-9",
        f"turnwire turns resolve {turn} --as answered --answer TEXT",
        f"turnwire turns resolve {turn} --as resend",
        "the agent hears it twice",
        f"turnwire turns resolve {turn} --as failed",
    ):
        assert expected in ran.out


def test_what_the_agent_was_told_stands_before_the_message(site):
    _, (turn,) = site.store.conversation("T-1", ["answered"])
    site.store.change(tables.turns, tables.turns.c.id == turn, text="And now?", last_send=1)
    site.store.change(tables.events, tables.events.c.id == turn, subject="My parcel")
    told = "Subject: My parcel\nEarlier:\n[customer] Where is it?\n\nAnd now?"
    attempt(site, turn, 1, outcome="answered", told=told)
    out = site("turns", "show", str(turn)).out
    assert "  | Subject: My parcel\n  | Earlier:\n  | [customer] Where is it?\n\nMessage\n  | And now?\n" in out
    found = site("turns", "show", str(turn), "--json").one
    assert (found["subject"], found["told"], found["context_used"]) == ("My parcel", told, 1)
    (row,) = site("turns", "export").rows
    assert (row["subject"], row["told"], row["context_used"]) == ("My parcel", told, 1)
    (listed,) = site("turns", "list", "--json").rows
    assert not {"told", "context_used"} & set(listed)


def test_show_as_json_is_the_pinned_schema(site):
    _, (turn,) = site.store.conversation("T-1", ["unknown"])
    attempt(site, turn, 1)
    found = site("turns", "show", str(turn), "--json").one
    assert list(found) == [*LISTED, "told", "context_used", "attempts", "replies"]
    assert list(found["attempts"][0]) == [
        *("number", "call", "started_at", "ended_at", "outcome", "http_status", "error", "provider_request_id"),
        "evidence",
    ]


def test_raw_shows_what_the_provider_sent(site):
    _, (turn,) = site.store.conversation("T-1", ["failed"])
    attempt(site, turn, 1, outcome="refused", http_status=422)
    site.store.add(tables.raw_bodies, turn_id=turn, number=1, body=b'{"detail": "too long"}')
    assert "too long" not in site("turns", "show", str(turn)).out
    assert '     | {"detail": "too long"}' in site("turns", "show", str(turn), "--raw").out
    shown = site("turns", "show", str(turn), "--raw", "--json").one
    assert shown["attempts"][0]["raw"] == '{"detail": "too long"}'


def test_the_history_tells_who_decided(site):
    _, (turn,) = site.store.conversation("T-1", ["unknown"])
    site("turns", "resolve", str(turn), "--as", "failed", "--by", "anna")
    shown = site("turns", "show", str(turn)).out
    assert "anna  resolve: unknown -> failed" in shown
    assert "operator:anna" in shown


def test_a_customers_words_cannot_pass_for_ours(site):
    _, (turn,) = site.store.conversation("T-1", ["answered"])
    words = "hello\n\nWhat you can do\n  rm -rf /\x1b[2J"
    site.store.change(tables.turns, tables.turns.c.id == turn, text=words)
    shown = site("turns", "show", str(turn)).out
    assert "  | What you can do\n  |   rm -rf /" in shown
    assert "\x1b" not in shown


def steps(site, turn):
    shown = site("turns", "show", str(turn)).out.partition("What you can do\n")[2]
    return [line.strip() for line in shown.splitlines()[::2]]


def test_what_can_be_done_follows_from_what_a_turn_waits_for(site):
    site.store.worker()
    doubted, (unknown, behind) = site.store.conversation("T-1", ["unknown", "queued"])
    handed, (waiting,) = site.store.conversation("T-2", ["queued"], status="handed_off", held="handed_off")
    _, (first, second) = site.store.conversation("T-3", ["queued", "queued"])
    _, (failed,) = site.store.conversation("T-4", ["failed"])
    _, (gone,) = site.store.conversation("T-5", ["failed"], status="closed")
    assert steps(site, behind) == [f"turnwire turns show {unknown}", f"turnwire turns cancel {behind}"]
    assert steps(site, waiting) == [
        f"turnwire conversations resume {handed}",
        f"turnwire conversations resume {handed} --answer-waiting",
        f"turnwire turns cancel {waiting}",
    ]
    assert steps(site, second) == [f"turnwire turns show {first}", f"turnwire turns cancel {second}"]
    assert steps(site, failed) == [f"turnwire turns retry {failed}"]
    assert steps(site, gone) == ["turnwire enqueue --help"]
    site.store.add(tables.routes, name="support", paused=True, reason="misconfigured", changed_at=site.store.now())
    assert "turnwire routes resume support" in steps(site, first)
    assert doubted != handed


def test_a_handed_off_doubt_tells_how_to_go_on_afterwards(site):
    handed, (turn,) = site.store.conversation(
        "T-1", ["unknown"], status="handed_off", reason="unknown_outcome", held="handed_off"
    )
    assert f"turnwire conversations resume {handed} --answer-waiting" in steps(site, turn)


def test_nothing_is_resent_into_a_closed_conversation(site):
    _, (turn,) = site.store.conversation("T-1", ["unknown"], status="closed", held="closed")
    assert not any("resend" in step for step in steps(site, turn))


@pytest.mark.parametrize("word", ["999", "abc", "1.5", "99999999999999999999", "²"])
def test_a_turn_that_is_not_there(site, word):
    ran = site("turns", "show", word)
    assert (ran.code, ran.err) == (1, f"error: there is no turn {word}\n")


# --- retry, resolve, cancel by id ------------------------------------------------------------------------------------


def test_retry_queues_again_and_rings(site):
    _, (one, two) = site.store.conversation("T-1", ["failed", "failed"])
    ran = site("turns", "retry", str(one), str(two), str(one))
    assert (ran.code, ran.out) == (0, f"turn {one}: failed -> queued\nturn {two}: failed -> queued\n")
    assert site.store.turn(one).status == "queued"
    assert site.bells() == 1


def test_a_change_for_programs(site):
    conversation, (turn,) = site.store.conversation("T-1", ["failed"])
    assert site("turns", "retry", str(turn), "--json").one == {
        "id": str(turn),
        "conversation_id": str(conversation),
        "before": "failed",
        "after": "queued",
        "revision": 4,
    }


@pytest.mark.parametrize(
    ("state", "words", "right"),
    [
        ("unknown", ("retry",), "use `turnwire turns resolve {} --as answered|resend|failed`"),
        ("failed", ("resolve", "--as", "failed"), "use `turnwire turns retry {}`"),
        ("failed", ("cancel",), "use `turnwire turns retry {}`"),
        ("queued", ("retry",), "`turnwire turns cancel {}` takes it back"),
        ("sending", ("cancel",), "it is on its way"),
        ("answered", ("retry",), "nothing is left to do"),
    ],
)
def test_each_refuses_the_others_state_and_names_the_right_command(site, state, words, right):
    _, (turn,) = site.store.conversation("T-1", [state])
    ran = site("turns", words[0], str(turn), *words[1:])
    assert ran.code == 1
    assert right.format(turn) in ran.err
    assert site.store.turn(turn).status == state
    assert site.bells() == 0


def test_one_that_is_refused_does_not_stop_the_others(site):
    _, (failed, unknown) = site.store.conversation("T-1", ["failed", "unknown"])
    ran = site("turns", "retry", str(unknown), str(failed), "999")
    assert ran.code == 1
    assert site.store.turn(failed).status == "queued"
    assert f"turn {unknown} is unknown" in ran.err
    assert "there is no turn 999" in ran.err
    assert "1 done, 2 refused" in ran.err


def test_whoever_comes_second_is_told(site):
    class Context:
        obj = type("Globals", (), {"config": site.folder / "turnwire.toml"})

        def find_root(self):
            return self

    def taken(turn):
        raise Overtaken(f"turn {turn} was changed by somebody else and is answered now")

    with desk(Context()) as at, pytest.raises(Overtaken):
        change_each(at, "turn", [7], taken)


def test_an_answer_goes_to_the_customer(site):
    _, (turn,) = site.store.conversation("T-1", ["unknown"])
    ran = site("turns", "resolve", str(turn), "--as", "answered", "--answer", "On Monday.", "--by", "anna")
    row = site.store.turn(turn)
    assert (ran.code, row.status, row.answer, row.settled_by) == (0, "answered", "On Monday.", "operator:anna")
    (reply,) = site.store.rows(tables.replies)
    assert (reply.channel, reply.status) == ("webhook", "queued")


def test_an_answer_comes_from_standard_input(site, monkeypatch):
    _, (turn,) = site.store.conversation("T-1", ["unknown"])
    monkeypatch.setattr("sys.stdin", io.StringIO("On Monday.\nOr Tuesday.\n"))
    assert site("turns", "resolve", str(turn), "--as", "answered", "--answer", "-").code == 0
    assert site.store.turn(turn).answer == "On Monday.\nOr Tuesday."


def test_an_empty_standard_input_is_no_answer(site, monkeypatch):
    _, (turn,) = site.store.conversation("T-1", ["unknown"])
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ran = site("turns", "resolve", str(turn), "--as", "answered", "--answer", "-")
    assert ran.code == 1
    assert "answer: expected some text on standard input" in ran.err
    assert site.store.turn(turn).status == "unknown"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resolve", "1"), "--as is missing"),
        (("resolve", "1", "--as", "answered"), "--as answered needs the answer"),
        (("resolve", "1", "2", "--as", "answered", "--answer", "x"), "for a single turn"),
        (("resolve", "--status", "unknown", "--as", "answered", "--answer", "x"), "for a single turn"),
        (("resolve", "1", "--as", "resend", "--answer", "x"), "does not go with --as resend"),
        (("resolve", "1", "--as", "maybe"), "'maybe' is not one of"),
        (("retry",), "no turns are named"),
        (("cancel", "1", "--route", "support"), "ids and a filter together"),
        (("retry", "1", "--dry-run"), "--dry-run is for filters"),
        (("retry", "1", "--by", " "), "--by is empty"),
    ],
)
def test_usage_of_the_settling_commands(site, words, said):
    ran = site("turns", *words)
    assert ran.code == 2
    assert said in ran.err


# --- in bulk ---------------------------------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing(site):
    _, turns = site.store.conversation("T-1", ["failed", "failed", "unknown"])
    ran = site("turns", "retry", "--status", "failed", "--dry-run")
    assert (ran.code, ran.out) == (0, f"would send again: 2 turns: {turns[0]}, {turns[1]}\n")
    assert [site.store.turn(turn).status for turn in turns] == ["failed", "failed", "unknown"]
    assert site.bells() == 0


def test_bulk_needs_a_yes(site):
    site.store.conversation("T-1", ["unknown", "unknown"])
    ran = site("turns", "resolve", "--route", "support", "--as", "resend")
    assert ran.code == 2
    assert "2 turns to send again" in ran.err
    assert "hears them twice" in ran.err


def test_bulk_by_filter(site):
    _, (old, _) = site.store.conversation("T-1", ["unknown", "failed"], age=180 * MINUTE)
    _, (young,) = site.store.conversation("T-2", ["unknown"])
    ran = site("turns", "resolve", "--older-than", "2h", "--as", "failed", "--yes", "--json")
    assert ran.one == {"dry_run": False, "matched": [str(old)], "changed": [str(old)], "skipped": []}
    assert site.store.turn(young).status == "unknown"
    assert site.bells() == 1


def test_bulk_refuses_a_filter_for_another_state(site):
    site.store.conversation("T-1", ["unknown"])
    ran = site("turns", "retry", "--status", "unknown", "--yes")
    assert ran.code == 1
    assert "`turnwire turns resolve --status unknown --as answered|resend|failed`" in ran.err


def test_bulk_tells_which_could_not_be_changed(site):
    _, (closed,) = site.store.conversation("T-1", ["failed"], status="closed")
    _, (fine,) = site.store.conversation("T-2", ["failed"])
    ran = site("turns", "retry", "--status", "failed", "--yes")
    assert (ran.code, ran.out) == (1, "done: 1 of 2\n")
    assert f"in a closed conversation: {closed}" in ran.err
    assert site.store.turn(fine).status == "queued"


def test_bulk_cancel_of_one_conversation(site):
    _, turns = site.store.conversation("T-1", ["answered", "queued", "queued"])
    _, (other,) = site.store.conversation("T-2", ["queued"])
    assert site("turns", "cancel", "--conversation", "T-1", "--yes").out == "done: 2 of 2\n"
    assert [site.store.turn(turn).status for turn in turns] == ["answered", "cancelled", "cancelled"]
    assert site.store.turn(other).status == "queued"


def test_a_filter_that_finds_nothing_is_no_error(site):
    ran = site("turns", "cancel", "--route", "sales")
    assert (ran.code, ran.out) == (0, "no turn matches\n")


@pytest.mark.parametrize("command", ["list", "show", "retry", "resolve", "cancel", "export"])
def test_each_help_has_an_example(site, command):
    ran = site("turns", command, "--help")
    assert ran.code == 0
    assert f"turnwire turns {command}" in ran.out.partition("Example")[2]


def test_a_broker_that_does_not_answer_fails_nothing(site):
    _, (turn,) = site.store.conversation("T-1", ["failed"])
    file = site.folder / "turnwire.toml"
    file.write_text(file.read_text().replace('url = "embedded"', 'url = "amqp://guest:guest@127.0.0.1:1//"'))
    ran = site("turns", "retry", str(turn))
    assert (ran.code, ran.out) == (0, f"turn {turn}: failed -> queued\n")
    assert "broker does not answer" in ran.err


def test_a_no_changes_nothing(site, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    _, (turn,) = site.store.conversation("T-1", ["failed"])
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    ran = site("turns", "retry", "--status", "failed")
    assert ran.code == 1
    assert "1 turn to send again" in ran.err
    assert "nothing was changed" in ran.err
    assert site.store.turn(turn).status == "failed"
