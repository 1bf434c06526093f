"""The tables of retries in the pages are the policy's own, and the policy's words cover all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.providers.registry import connect
from connector.values import Outcome, ProviderAccount
from tests.kit import retry_table
from tests.kit.retry_table import OSVI, SEEN, SYNTHFLOW, WORKER_LOST, Table


@pytest.mark.parametrize("table", retry_table.tables(), ids=lambda table: table.name)
def test_the_page_holds_the_table_that_the_policy_makes(table: Table) -> None:
    page = table.file.read_text(encoding="utf-8")
    assert table.text in page, f"{table.file.name} is out of date: run `make docs`"


def test_there_is_a_row_for_every_outcome() -> None:
    assert set(SEEN) == {*Outcome, WORKER_LOST}


def test_the_columns_are_the_providers_as_they_are() -> None:
    for name, assumed in (("synthflow", SYNTHFLOW), ("osvi", OSVI)):
        provider = connect(name, ProviderAccount(name=name, token="a-token-of-tests"))
        assert provider.capabilities == assumed


def test_a_lost_answer_is_read_back_on_synthflow_and_waits_for_a_person_on_osvi() -> None:
    row = next(line for line in retry_table.retries() if line.startswith(f"| **{Outcome.LOST}**"))
    _, _, synthflow, osvi, _, choice, _ = (cell.strip() for cell in row.split("|"))
    assert synthflow.startswith("read back")
    assert osvi.startswith("`unknown`")
    assert "`on_lost`" in choice


def test_a_setting_is_named_where_it_matters_and_nowhere_else() -> None:
    assert any("on_lost" in each for each in retry_table.settings_that_matter(Outcome.LOST, OSVI))
    assert not any("on_lost" in each for each in retry_table.settings_that_matter(Outcome.LOST, SYNTHFLOW))
    assert not any("on_lost" in each for each in retry_table.settings_that_matter(Outcome.SERVER_ERROR, OSVI))


def test_a_table_goes_between_its_markers_and_again(tmp_path: Path) -> None:
    table = Table(file=tmp_path / "page.md", name="small", lines=("| a |", "| - |"))
    page = "before\n<!-- small: made by `make docs` -->\nold\n<!-- /small -->\nafter\n"
    written = table.put_into(page)
    assert "| a |\n| - |" in written
    assert "old" not in written
    assert (written.startswith("before\n"), written.endswith("\nafter\n")) == (True, True)
    assert table.put_into(written) == written


def test_a_page_without_markers_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no markers for small"):
        Table(file=tmp_path / "page.md", name="small", lines=()).put_into("nothing here")
