"""Whether a phone is registered, by user agent and AOR; whether its configuration is current."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from partnertui.domain.phone_status import Configuration, RegisteredNow, configuration, registered_now

MAC = "805ec0123456"
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
YES, NO, OTHER = RegisteredNow.YES, RegisteredNow.NO, RegisteredNow.OTHER


@pytest.mark.parametrize(
    ("model", "agents", "state", "words"),
    [
        ("T46U", [], NO, "has no registration"),
        ("T46U", ["Yealink SIP-T46U 108.86.0.90"], YES, "by AOR and user agent “Yealink SIP-T46U 108.86.0.90”"),
        ("T46U", ["Zoiper v2.10", "Yealink SIP-T46U 108.86.0.90"], YES, "SIP-T46U"),
        ("T46U", ["Yealink SIP-T46U 108.86.0.90 805EC0123456"], YES, "its MAC is in the user agent"),
        ("T46U", ["Yealink SIP-T46U 108.86.0.90 80:5e:c0:12:34:56"], YES, "its MAC is in the user agent"),
        ("T46U", ["Yealink SIP-T46U 108.86.0.90 805ec0999999"], OTHER, "is registered by “Yealink SIP-T46U"),
        ("T4", ["Yealink SIP-T46U 108.86.0.90"], OTHER, "registered by"),
        ("T46U", ["MicroSIP/3.21.3"], OTHER, "is registered by “MicroSIP/3.21.3”"),
        ("T46U", [""], OTHER, "a phone that sends no User-Agent"),
        ("D785", ["snomD785/10.1.159.12"], YES, "snomD785"),
        ("D735", ["snomD785/10.1.159.12"], OTHER, "snomD785"),
        ("VVX 450", ["PolycomVVX-VVX_450-UA/6.4.3.5156"], YES, "VVX_450"),
        ("VVX 250", ["PolycomVVX-VVX_450-UA/6.4.3.5156"], OTHER, "VVX_450"),
        ("N670 IP PRO", ["Gigaset N670 IP PRO/2.57.1"], YES, "N670"),
        ("CP-8841-3PCC", ["Cisco-CP-8841-3PCC/5.0"], YES, "CP-8841"),
        ("", ["Yealink SIP-T46U"], OTHER, ""),
    ],
)
def test_what_a_user_agent_says_of_a_phone(model: str, agents: list[str], state: RegisteredNow, words: str) -> None:
    found, told = registered_now(model, MAC, agents)
    assert found == state
    assert words in told


def test_a_configuration_is_as_old_as_its_last_fetch() -> None:
    earlier = NOW - timedelta(seconds=1)
    assert configuration(None, None) == Configuration.NEVER
    assert configuration(NOW, None) == Configuration.CURRENT
    assert configuration(NOW, earlier) == Configuration.CURRENT
    assert configuration(earlier, NOW) == Configuration.OUTDATED
