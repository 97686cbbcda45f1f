"""RULES: all rules in the order in which they are applied; of equally sure findings, the first one counts."""

from partnertui.calls.diagnosis.rule import Rule
from partnertui.calls.diagnosis.rules.answered_media_mismatch import AGREEMENTS
from partnertui.calls.diagnosis.rules.audio_quality import QUALITY
from partnertui.calls.diagnosis.rules.authentication import AUTHENTICATION
from partnertui.calls.diagnosis.rules.dropped_and_diverted_calls import DIVERSION, ENDINGS
from partnertui.calls.diagnosis.rules.lost_ack_prack_bye import ACKNOWLEDGEMENTS, UNCONFIRMED
from partnertui.calls.diagnosis.rules.mid_call_changes import CHANGES
from partnertui.calls.diagnosis.rules.missing_audio import SOUND
from partnertui.calls.diagnosis.rules.non_call_requests import REFUSED_REQUESTS, REGISTRATION, REQUESTS_FINE
from partnertui.calls.diagnosis.rules.normal_and_incomplete_calls import FINE, INCOMPLETE
from partnertui.calls.diagnosis.rules.refused_and_unanswered_calls import REFUSALS
from partnertui.calls.diagnosis.rules.transfers import TRANSFER_FAILED, TRANSFERRED
from partnertui.calls.diagnosis.rules.unanswered_requests import SILENT

RULES: tuple[Rule, ...] = (
    *REGISTRATION,
    TRANSFER_FAILED,
    *ACKNOWLEDGEMENTS,
    *SILENT,
    *AUTHENTICATION,
    *AGREEMENTS,
    *ENDINGS,
    *CHANGES,
    *UNCONFIRMED,
    *SOUND,
    *QUALITY,
    *REFUSALS,
    *REFUSED_REQUESTS,
    *DIVERSION,
    TRANSFERRED,
    FINE,
    *REQUESTS_FINE,
    INCOMPLETE,
)
