"""Saves a trace outside the program: as a capture of just that call, or as a copy without personal data."""

from partnertui.captures.saving.masking import masked
from partnertui.captures.saving.pcap_writer import Packet, build_pcap

__all__ = ["Packet", "build_pcap", "masked"]
