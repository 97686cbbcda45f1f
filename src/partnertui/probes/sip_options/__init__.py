"""SIP OPTIONS to phones and servers: targets, DNS, connections, transactions, and what the outcome means."""
