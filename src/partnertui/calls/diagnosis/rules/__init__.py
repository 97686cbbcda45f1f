"""All rules, in the order in which they are asked: among findings that are equally sure the first one counts."""

from partnertui.calls.diagnosis.rule import Rule
from partnertui.calls.diagnosis.rules.agreements import AGREEMENTS
from partnertui.calls.diagnosis.rules.authentication import AUTHENTICATION
from partnertui.calls.diagnosis.rules.calls import FINE, INCOMPLETE
from partnertui.calls.diagnosis.rules.changes import CHANGES
from partnertui.calls.diagnosis.rules.delivery import ACKNOWLEDGEMENTS, UNCONFIRMED
from partnertui.calls.diagnosis.rules.endings import DIVERSION, ENDINGS
from partnertui.calls.diagnosis.rules.quality import QUALITY
from partnertui.calls.diagnosis.rules.refusals import REFUSALS
from partnertui.calls.diagnosis.rules.requests import REFUSED_REQUESTS, REGISTRATION, REQUESTS_FINE
from partnertui.calls.diagnosis.rules.silence import SILENT
from partnertui.calls.diagnosis.rules.sound import SOUND
from partnertui.calls.diagnosis.rules.transfers import TRANSFER_FAILED, TRANSFERRED

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
