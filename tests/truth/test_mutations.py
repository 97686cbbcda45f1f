"""No certain verdict on a damaged capture is contradicted by the whole one."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from tests.truth.mutations import contradictions, mutated
from tests.truth.runner import all_scenarios

COUNT = int(os.environ.get("MUTATIONS", "120"))
"""`MUTATIONS=2000 pytest tests/truth/test_mutations.py` looks at more of them, `MUTATION_SEED=16` at others."""
SEED = int(os.environ.get("MUTATION_SEED", "15"))


def test_what_is_certain_stays_true(tmp_path: Path) -> None:
    random = Random(SEED)
    scenarios = [(one, made) for one in all_scenarios() if isinstance(made := one.packets(), list)]
    found = []
    for number in range(COUNT):
        scenario, packets = random.choice(scenarios)
        folder = tmp_path / str(number)
        folder.mkdir()
        left = mutated(sorted(packets, key=lambda packet: packet[0]), random)
        found += list(contradictions(scenario, left, folder)) if left else []
    assert not found, "\n".join(found)
