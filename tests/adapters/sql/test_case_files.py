"""Files of cases are kept beside the database, under names that nobody chose."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.adapters.sql.case_files import CaseFiles, NoRoomError, SentFile
from contact_center.adapters.sql.cases import Cases
from contact_center.adapters.sql.database import Database
from tests.adapters.sql.test_cases import LATE


async def test_files_of_a_case_are_kept_bounded_and_only_its_own(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "case-files"
    files = CaseFiles(database, folder, most_bytes=10)
    mine = (await Cases(database).open(LATE, "ana", 10)).case
    other = (await Cases(database).open(LATE, "ana", 11)).case
    sent = SentFile(name="../rose.png", kind="image/png", content=b"12345")
    await files.keep(mine, [sent], 20)
    (kept,) = await files.of(mine)
    assert (kept.name, kept.kind, kept.size, kept.at) == ("../rose.png", "image/png", 5, 20)
    (path,) = folder.iterdir()
    assert path.name == kept.file
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert await files.content(mine, kept.file) == (kept, b"12345")
    assert await files.content(other, kept.file) is None
    assert await files.content(mine, "../" + kept.file) is None
    with pytest.raises(NoRoomError):
        await files.keep(other, [sent, sent], 30)
    assert len(list(folder.iterdir())) == 1
    path.unlink()
    assert await files.content(mine, kept.file) is None
