"""Pasted text holds no ESC when it is parsed, wherever the terminal cuts what it sends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from partnertui.kit.terminal.paste_filter import END, ESC, LEFT_OUT, START, PasteFilter

TEXT = st.text(alphabet=f"ab20[1~\r{ESC}", max_size=30).filter(lambda text: END not in text)
KEYS = st.text(alphabet=f"ab[A{ESC}", max_size=10)


@given(KEYS, TEXT, KEYS, st.lists(st.integers(1, 7), min_size=1))
def test_only_pasted_text_is_changed(before: str, pasted: str, after: str, sizes: list[int]) -> None:
    sent, cleaner, passed, at = before + START + pasted + END + after, PasteFilter(), "", 0
    while at < len(sent):
        size = sizes[at % len(sizes)]
        passed += cleaner.clean(sent[at : at + size])
        at += size
    inside = (pasted + END).partition(END)[0]
    assert passed == before + START + inside.replace(ESC, LEFT_OUT) + END + after


def test_two_pastes_and_keys_between() -> None:
    cleaner = PasteFilter()
    assert cleaner.clean(f"{START}a{ESC}[31m{END}\x1b[A{START}{ESC}b{END}") == f"{START}a·[31m{END}\x1b[A{START}·b{END}"
