"""Captures (pcap, pcapng): a fast pass that takes what is certain, an index, and tshark for the rest."""
