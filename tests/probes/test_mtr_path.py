"""A path out of answers: how far is probed, where it ends, what counts as lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from partnertui.probes.mtr.icmp_replies import Reply, ReplyKind
from partnertui.probes.mtr.path import DISCARD_AFTER, LOST_AFTER, MAX_CONTRADICTIONS, WINDOW, Path

TARGET = "198.51.100.130"


def answer(number: int, ttl: int, address: str = "", kind: ReplyKind = ReplyKind.EXCEEDED, words: str = "") -> Reply:
    return Reply(number, ttl, address or f"10.0.0.{ttl}", 10.0 * ttl, kind, words)


def there(number: int, ttl: int) -> Reply:
    return answer(number, ttl, TARGET, ReplyKind.DESTINATION)


def sent(path: Path, number: int, now: float = 0.0) -> None:
    for ttl in range(1, path.top + 1):
        path.record_sent(number, ttl, now)


def test_the_window_slides_with_what_answers() -> None:
    path = Path(TARGET)
    assert path.top == WINDOW
    sent(path, 1)
    assert path.take(answer(1, 5))
    assert path.top == 5 + WINDOW
    assert [hop.ttl for hop in path.shown] == [1, 2, 3, 4, 5, 6], "one silent hop behind the last is told"


def test_silent_hops_are_looked_beyond_up_to_the_most() -> None:
    path = Path(TARGET, most=20)
    assert [path.extend_search(), path.top, path.extend_search(), path.top] == [True, 16, True, 20]
    assert not path.extend_search()


def test_the_destination_is_where_it_answers_first() -> None:
    path = Path(TARGET)
    sent(path, 1)
    for ttl in (7, 5, 4, 6, 8):
        path.take(there(1, ttl))
    path.take(answer(1, 3))
    assert (path.end, path.reached, path.top, path.farthest_reply) == (4, True, 4, 3)
    assert [hop.ttl for hop in path.shown] == [1, 2, 3, 4]
    sent(path, 2)
    assert [hop.sent for hop in path.shown] == [2, 2, 2, 2]


def test_a_path_that_becomes_longer_is_followed() -> None:
    path = Path(TARGET)
    sent(path, 0)
    path.take(there(0, 4))
    for number in range(1, MAX_CONTRADICTIONS + 1):
        assert path.end == 4
        sent(path, number)
        path.take(answer(number, 4))
    assert (path.end, path.reached, path.top) == (None, False, 4 + WINDOW)


def test_one_stray_answer_does_not_move_the_destination() -> None:
    path = Path(TARGET)
    for number, at_four in enumerate((there, answer, there, answer, there, answer, there)):
        sent(path, number)
        path.take(at_four(number, 4))
    assert path.end == 4
    assert path.shown[-1].addresses == {TARGET: 4, "10.0.0.4": 3}, "both ways are told"


def test_an_answer_counts_once_and_only_for_a_probe_that_left() -> None:
    path = Path(TARGET)
    sent(path, 1)
    assert path.take(answer(1, 2))
    assert not path.take(answer(1, 2)), "the same again"
    assert not path.take(answer(7, 2)), "a round that never was"
    assert path.hops[2].statistics.received == 1


def test_a_late_answer_counts_for_its_own_round() -> None:
    path = Path(TARGET)
    path.record_sent(1, 1, 0.0)
    assert path.hops[1].lost(LOST_AFTER - 0.1) == 0, "it may still come"
    assert path.hops[1].lost(LOST_AFTER + 0.1) == 1
    path.record_sent(2, 1, 3.0)
    assert path.take(answer(1, 1))
    assert path.hops[1].lost(3.1) == 0
    assert path.take(answer(2, 1))
    path.record_sent(3, 1, 5.0)
    path.record_sent(4, 1, 5.0 + DISCARD_AFTER)
    assert not path.take(answer(3, 1)), "by now it would be taken for another"


def test_who_says_that_it_goes_no_further_ends_the_path() -> None:
    path = Path(TARGET)
    sent(path, 1)
    path.take(answer(1, 1))
    path.take(answer(1, 2, "10.0.0.1", ReplyKind.UNREACHABLE, "host unreachable"))
    assert (path.end, path.reached) == (2, False)
    assert path.unreachable_reports == {(2, "10.0.0.1", "host unreachable"): 1}
    sent(path, 2)
    path.take(there(2, 2))
    assert (path.end, path.reached) == (2, True), "it is there after all"


def test_a_refusal_after_the_destination_was_there_is_a_lost_probe() -> None:
    path = Path(TARGET)
    sent(path, 1)
    path.take(there(1, 4))
    sent(path, 2)
    path.take(answer(2, 4, "10.0.0.2", ReplyKind.UNREACHABLE, "network unreachable"))
    assert (path.end, path.hops[4].statistics.received) == (4, 1)
    assert path.hops[4].lost(99) == 1


def test_reset_forgets() -> None:
    path = Path(TARGET)
    sent(path, 1)
    path.take(there(1, 3))
    path.reset()
    assert (path.shown, path.end, path.reached, path.top) == ([], None, False, WINDOW)
    assert not path.take(there(1, 3)), "an answer to what was sent before"


ANSWERS = st.builds(
    answer,
    st.integers(0, 5),
    st.integers(1, 31),
    st.sampled_from(("10.0.0.1", "10.0.0.2", TARGET)),
    st.sampled_from(ReplyKind),
    st.sampled_from(("", "host unreachable")),
)


@given(st.lists(st.lists(ANSWERS, max_size=20), max_size=6))
def test_whatever_comes_figures_stay_possible(rounds: list[list[Reply]]) -> None:
    path = Path(TARGET)
    for number, answers in enumerate(rounds):
        sent(path, number, number * 0.5)
        for one in answers:
            path.take(one)
        assert 1 <= path.top <= path.most
        for hop in path.shown:
            assert 0 <= hop.lost(number) <= hop.sent
            assert hop.statistics.received <= hop.sent
            assert sum(hop.addresses.values()) == hop.statistics.received
        assert not path.reached or path.end is not None
