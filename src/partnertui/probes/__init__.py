"""Network probes: SIP OPTIONS, MTR, RDAP, VIES, XMPP; without interface or database."""
