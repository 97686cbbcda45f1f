"""Captures (pcap, pcapng): a fast first pass over all packets, an index by Call-ID, and tshark for the rest."""
