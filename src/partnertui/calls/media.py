"""The audio of a call: what each hop agreed on, and which streams went where (RFC 3264, RFC 3550)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network

from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.sip_transactions import Transaction
from partnertui.calls.trace_model import Endpoint, Stream
from partnertui.sip.lock_free_cached_property import cached_property
from partnertui.sip.sdp import Media

PRIVATE = tuple(
    ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7")
)
"""RFC 1918, RFC 3927, RFC 6598, RFC 4193."""
UNSPECIFIED = ("0.0.0.0", "::")
"""Addresses to which nothing is sent (RFC 2543, section B.5)."""
FEWEST_PACKETS = 10
"""Fewer packets of audio than these are no conversation."""
START_SLACK_US = 500_000
"""A stream that ended so soon after the answer was early media."""


@dataclass(frozen=True)
class Agreement:
    """An offer and its answer on one hop: indexes of the two messages, and the media lines that belong together."""

    transaction: Transaction
    offer: int
    answer: int
    pairs: tuple[tuple[Media, Media], ...]

    @property
    def audio(self) -> tuple[Media, Media] | None:
        """The first pair of audio lines."""
        return next((pair for pair in self.pairs if pair[0].kind == "audio"), None)

    @property
    def is_fax(self) -> bool:
        """True where both sides agreed on T.38 and on no audio beside it."""
        agreed = {offered.kind for offered, answered in self.pairs if offered.port and answered.port}
        return "image" in agreed and "audio" not in agreed


@dataclass
class MediaHop:
    """Audio between two hosts: endpoints on the side nearer to the caller and on the other, with its streams."""

    near: set[Endpoint]
    far: set[Endpoint]
    near_host: str
    far_host: str
    to_far: list[Stream] = field(default_factory=list)
    to_near: list[Stream] = field(default_factory=list)

    @property
    def near_media(self) -> str:
        """Where the near side's audio was, as captured, else as described; its signalling may be elsewhere."""
        return _media_address(self.near_host, self.near, self.to_far, self.to_near)

    @property
    def far_media(self) -> str:
        """The same of the other side."""
        return _media_address(self.far_host, self.far, self.to_near, self.to_far)

    @property
    def observed(self) -> bool:
        """True where any audio of this hop was captured."""
        return bool(self.to_far or self.to_near)


@dataclass(frozen=True)
class MediaAnalysis:
    """What the SDP of a call agrees on, hop by hop, and what was captured of it."""

    analysis: CallAnalysis

    @cached_property
    def agreements(self) -> list[Agreement]:
        """Every offer with its answer, of INVITE and UPDATE, early, late and in mid-call: the caller's hop first."""
        found = (self._agreement(one) for one in self.analysis.transactions if one.method in ("INVITE", "UPDATE"))
        return sorted((one for one in found if one is not None), key=self._order)

    def _order(self, agreement: Agreement) -> tuple[int, int]:
        first = (self.analysis.initial, self.analysis.forwarded)
        hop = next((number for number, known in enumerate(first) if agreement.transaction in known), 2)
        return hop, agreement.answer

    def _agreement(self, transaction: Transaction) -> Agreement | None:
        analysis = self.analysis
        request = transaction.request
        accepted = transaction.final if 200 <= transaction.code < 300 else None
        offered = request if request is not None and analysis.message(request).sdp is not None else None
        # An INVITE without SDP: the 2xx has the offer, the ACK the answer (RFC 3261, section 13.2.1).
        if offered is None:
            if accepted is None or request is None or analysis.message(accepted).sdp is None:
                return None
            ack = next((index for index in analysis.acks if self._acknowledges(index, transaction)), None)
            return self._paired(transaction, accepted, ack) if ack is not None else None
        wanted = [accepted] if accepted is not None else []
        wanted += [index for index in reversed(transaction.responses) if analysis.message(index).status < 200]
        answer = next((index for index in wanted if analysis.message(index).sdp is not None), None)
        return self._paired(transaction, offered, answer) if answer is not None else None

    def _acknowledges(self, index: int, transaction: Transaction) -> bool:
        message = self.analysis.message(index)
        same = (message.call_id, message.reading.cseq) == (transaction.call_id, transaction.cseq)
        return same and message.sdp is not None and self.analysis.host(message.source) == transaction.client

    def _paired(self, transaction: Transaction, offer: int, answer: int) -> Agreement | None:
        one, other = self.analysis.message(offer).sdp, self.analysis.message(answer).sdp
        if one is None or other is None:
            return None
        # An answer has a line for each of the offer's (RFC 3264, section 6), but not every device keeps to that.
        return Agreement(transaction, offer, answer, tuple(zip(one.media, other.media, strict=False)))

    @cached_property
    def first_agreements(self) -> list[Agreement]:
        """Those with which the call was answered, one for each hop."""
        own = {id(one) for one in (*self.analysis.initial, *self.analysis.forwarded)}
        return [one for one in self.agreements if id(one.transaction) in own and 200 <= one.transaction.code < 300]

    @cached_property
    def later_agreements(self) -> list[Agreement]:
        """Those of changes in mid-call."""
        own = {id(one) for one in self.first_agreements}
        return [one for one in self.agreements if id(one) not in own and one.transaction.code < 300]

    @cached_property
    def on_hold(self) -> bool:
        """True where the audio was one way or inactive at some time after a change in mid-call."""
        pairs = [one.audio for one in self.later_agreements]
        # before RFC 3264 an address of zeros meant hold, and many devices still send it
        return any(
            media.direction != "sendrecv" or media.address in UNSPECIFIED for pair in pairs if pair for media in pair
        )

    @cached_property
    def is_fax(self) -> bool:
        """True where a fax (T.38) was agreed on instead of audio: then audio ends in order."""
        return any(one.is_fax for one in self.agreements if one.transaction.code < 300)

    # Streams

    @property
    def talk_us(self) -> tuple[int, int]:
        """From the answer to the first BYE, or to the last thing that was captured."""
        analysis = self.analysis
        start = analysis.answer_index if analysis.answer_index is not None else analysis.attempt_start
        begin = analysis.message(start).time_us
        if analysis.byes:
            return begin, analysis.message(analysis.byes[0]).time_us
        return begin, max(analysis.trace.messages[-1].time_us, *(one.last_us for one in analysis.trace.streams), begin)

    @cached_property
    def streams(self) -> list[Stream]:
        """Streams of audio that were there while the two could talk."""
        start, end = self.talk_us
        return [
            one
            for one in self.analysis.trace.streams
            if one.kind == "audio" and one.last_us > start + START_SLACK_US and one.first_us < end
        ]

    @cached_property
    def hops(self) -> list[MediaHop]:
        """Hops with their streams, the caller's first; a proxy without a media relay makes no hop of its own."""
        hops: list[MediaHop] = []
        for agreement in self.agreements:
            self._add_hop(hops, agreement)
        for stream in self.streams:
            self._place(hops, stream)
        return hops

    def _add_hop(self, hops: list[MediaHop], agreement: Agreement) -> None:
        if agreement.audio is None:
            return
        offered, answered = agreement.audio
        ends = [_endpoint(offered), _endpoint(answered)]
        if None in ends:
            return
        offer, answer = self.analysis.message(agreement.offer), self.analysis.message(agreement.answer)
        hosts = [self.analysis.host(one.source) for one in (offer, answer)]
        known = next((hop for hop in hops if {*ends} & {*hop.near, *hop.far}), None)
        first = agreement.transaction in (*self.analysis.initial, *self.analysis.forwarded)
        if known is None and not first:  # a re-INVITE with other ports
            known = next((hop for hop in hops if {hop.near_host, hop.far_host} == {*hosts}), None)
        if known is None:
            owners = [self.owner(end) if end else "" for end in ends]
            known = MediaHop(set(), set(), owners[0] or hosts[0], owners[1] or hosts[1])
            hops.append(known)
        elif not self._same_way(known, ends) and (self._same_way(known, ends[::-1]) or hosts[0] == known.far_host):
            ends.reverse()  # offered by the farther side
        known.near.update(one for one in ends[:1] if one)
        known.far.update(one for one in ends[1:] if one)

    def _same_way(self, hop: MediaHop, ends: list[Endpoint | None]) -> bool:
        return ends[0] in hop.near or ends[1] in hop.far

    @cached_property
    def has_open_offer(self) -> bool:
        """True where a hop was offered audio at an endpoint of its own, and what was agreed on wasn't captured."""
        known = {end for hop in self.hops for end in (*hop.near, *hop.far)}
        for one in self.analysis.forwarded:
            sdp = self.analysis.message(one.request).sdp if one.request is not None and one.code < 300 else None
            end = _endpoint(sdp.audio) if sdp is not None and sdp.audio is not None else None
            if end is not None and end not in known:
                return True
        return False

    def _place(self, hops: list[MediaHop], stream: Stream) -> None:
        """By where it goes; behind NAT that is not in the SDP, then by where it comes from; last by hosts alone."""
        to, by = stream.destination, stream.source
        known = to.address in self._signalling_hosts
        for hop in hops:
            if to in hop.far or to in hop.near:
                (hop.to_far if to in hop.far else hop.to_near).append(stream)
                return
        for hop in hops:
            if by in hop.far or by in hop.near:
                (hop.to_near if by in hop.far else hop.to_far).append(stream)
                return
        # another port or address of a host that is known by its signalling; one that another SDP has is of that hop
        for hop in hops if to not in self._owners else ():
            if to.address in (hop.far_host, hop.near_host):
                (hop.to_far if to.address == hop.far_host else hop.to_near).append(stream)
                return
        for hop in hops if not known else ():  # what goes to a party of another hop is that hop's
            if by.address in (hop.far_host, hop.near_host):
                (hop.to_near if by.address == hop.far_host else hop.to_far).append(stream)
                return

    @cached_property
    def _signalling_hosts(self) -> frozenset[str]:
        ends = (end for message in self.analysis.trace.messages for end in (message.source, message.destination))
        return frozenset(end.address for end in ends)

    @cached_property
    def _owners(self) -> dict[Endpoint, str]:
        """Endpoints and the hosts that first described them: with direct media a server repeats those of phones."""
        owners: dict[Endpoint, str] = {}
        for index in self.analysis.find(lambda m: m.sdp is not None):
            message = self.analysis.message(index)
            for media in message.sdp.media if message.sdp else ():
                endpoint = _endpoint(media)
                if endpoint is not None:
                    owners.setdefault(endpoint, self.analysis.host(message.source))
        return owners

    def owner(self, endpoint: Endpoint) -> str:
        """The host that an endpoint of audio belongs to; empty for one that no SDP has."""
        return self._owners.get(endpoint, "")

    def accepted_types(self, stream: Stream) -> tuple[Media, ...]:
        """The media lines that the receiver of a stream described, in any SDP of the call."""
        found = []
        for agreement in self.agreements:
            for pair in agreement.pairs:
                found += [media for media in pair if _endpoint(media) == stream.destination]
        return tuple(found)

    def sender_lines(self, stream: Stream) -> tuple[Media, ...]:
        """The media lines that its sender described."""
        found = []
        for agreement in self.agreements:
            for pair in agreement.pairs:
                found += [media for media in pair if _endpoint(media) == stream.source]
        return tuple(found)

    def dead_ends(self) -> Iterator[Stream]:
        """Streams that a public address sends to a private one, from which nothing came."""
        sources = {one.source.address for one in self.streams}
        for stream in self.streams:
            away = is_private(stream.destination.address) and not is_private(stream.source.address)
            # a copy elsewhere with the same SSRC was forwarded: then the private address is a hop, not the end
            copies = [one for one in self.streams if one.ssrc == stream.ssrc and one is not stream]
            if away and stream.destination.address not in sources and not copies:
                yield stream


def _media_address(host: str, described: set[Endpoint], sent: Sequence[Stream], got: Sequence[Stream]) -> str:
    ends = {one.source for one in sent} or {one.destination for one in got} or described
    addresses = {end.address for end in ends}
    # a host that has its port with it shares its address with others
    return addresses.pop() if len(addresses) == 1 and _is_address(host) else host


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def sounding(streams: Iterable[Stream]) -> list[Stream]:
    """Streams with more audio in them than a few packets or comfort noise."""
    return [one for one in streams if one.media_packets > FEWEST_PACKETS]


@lru_cache(maxsize=10_000)
def is_private(address: str) -> bool:
    """True for addresses that are not routed on the Internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in PRIVATE if network.version == found.version)


def _endpoint(media: Media) -> Endpoint | None:
    return Endpoint(_canonical(media.address), media.port) if media.port and media.address else None


@lru_cache(maxsize=10_000)
def _canonical(address: str) -> str:
    try:
        return str(ip_address(address))
    except ValueError:
        return address
