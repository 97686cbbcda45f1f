"""Network probes: SIP OPTIONS, MTR and RDAP, as streams of typed events. No user interface, no database."""
