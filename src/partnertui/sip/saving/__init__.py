"""What is kept of a trace outside of the program: a capture of just this call, and copies that name nobody."""

from partnertui.sip.saving.masking import masked
from partnertui.sip.saving.pcap import Packet, trace_pcap

__all__ = ["Packet", "masked", "trace_pcap"]
