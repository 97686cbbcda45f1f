"""What is kept of a trace outside of the program: a capture of just this call, and copies that name nobody."""

from partnertui.captures.saving.masking import masked
from partnertui.captures.saving.pcap_writer import Packet, build_pcap

__all__ = ["Packet", "build_pcap", "masked"]
