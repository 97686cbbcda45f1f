"""Constants of the demo provider: products, plans, rates by prefix, phone models, canned responses."""

from __future__ import annotations

RATES = {
    "GBP": 1.0,
    "EUR": 1.15,
    "USD": 1.3,
    "PLN": 5.0,
    "SEK": 13.0,
    "AUD": 2.0,
    "CAD": 1.75,
    "CHF": 1.1,
    "JPY": 190.0,
}
"""Currencies, and roughly what a pound is in them."""

PRODUCTS: tuple[tuple[str, str, str, str, float, str, bool], ...] = (
    ("USER-STD", "Standard user", "subscription", "Licences", 8.0, "monthly", True),
    ("USER-PRO", "Professional user", "subscription", "Licences", 14.0, "monthly", True),
    ("USER-LOBBY", "Lobby phone", "subscription", "Licences", 4.0, "monthly", True),
    ("CALL-REC", "Call recording", "service", "Add-ons", 5.0, "monthly", False),
    ("QUEUE", "Call queue", "service", "Add-ons", 12.0, "monthly", False),
    ("HW-T54W", "Yealink T54W", "hardware", "Phones", 149.0, "once", False),
    ("HW-D785", "Snom D785", "hardware", "Phones", 179.0, "once", False),
    ("DDI-SETUP", "DDI set-up", "ddi set-up", "Numbers", 2.0, "once", False),
    ("DDI-MONTH", "DDI rental", "ddi monthly", "Numbers", 2.5, "monthly", False),
    ("CREDIT", "PSTN credit", "credit", "Credit", 50.0, "once", False),
    ("PORT", "Number porting", "service", "Numbers", 15.0, "once", False),
)
"""Code, name, item type, category, price in pounds, period, whether it is a user licence."""

PLANS: tuple[tuple[str, float, float, int], ...] = (
    ("Pay as you go", 0.0, 8.0, 0),
    ("Business", 10.0, 12.0, 2000),
    ("Unlimited", 25.0, 18.0, 10000),
)
"""Name, monthly fee and fee per user in pounds, unlimited minutes."""

DESTINATIONS: tuple[tuple[str, str, str, float, bool], ...] = (
    ("44", "GB", "United Kingdom fixed", 1.2, True),
    ("447", "GB", "United Kingdom mobile", 3.5, True),
    ("44808", "GB", "United Kingdom freephone", 0.0, True),
    ("44909", "GB", "United Kingdom premium rate", 150.0, False),
    ("1", "US", "United States and Canada", 1.0, True),
    ("1416", "CA", "Canada Toronto", 0.9, True),
    ("1514", "CA", "Canada Montréal", 0.9, True),
    ("33", "FR", "France fixed", 1.5, True),
    ("336", "FR", "France mobile", 4.2, False),
    ("49", "DE", "Germany fixed", 1.4, True),
    ("4917", "DE", "Germany mobile", 4.9, False),
    ("353", "IE", "Ireland fixed", 1.6, True),
    ("61", "AU", "Australia fixed", 2.1, True),
    ("614", "AU", "Australia mobile", 7.5, False),
    ("46", "SE", "Sweden fixed", 1.5, True),
    ("467", "SE", "Sweden mobile", 5.1, False),
    ("48", "PL", "Poland", 2.3, False),
    ("34", "ES", "Spain", 1.7, True),
    ("31", "NL", "Netherlands", 1.8, True),
    ("39", "IT", "Italy", 1.9, False),
    ("41", "CH", "Switzerland", 3.9, False),
    ("351", "PT", "Portugal", 2.0, False),
    ("47", "NO", "Norway", 2.4, False),
    ("81", "JP", "Japan", 4.4, False),
    ("30", "GR", "Greece", 2.6, False),
    ("420", "CZ", "Czechia", 2.8, False),
    ("55", "BR", "Brazil", 6.2, False),
    ("91", "IN", "India", 3.1, False),
)
"""Prefix, country, name, pence a minute, whether minutes of an unlimited plan cover it."""

PHONES: tuple[tuple[str, str, int, str, str], ...] = (
    ("Yealink", "T54W", 16, "96.86.0.100", "805e0c 001565"),
    ("Yealink", "T46U", 16, "108.86.0.90", "805e0c 001565"),
    ("Yealink", "W70B", 10, "146.85.0.37", "805e0c"),
    ("Snom", "D785", 12, "10.1.159.12", "000413"),
    ("Snom", "D735", 12, "10.1.148.1", "000413"),
    ("Grandstream", "GXP2170", 6, "1.0.11.64", "000b82 c074ad"),
    ("Grandstream", "HT801", 1, "1.0.43.11", "000b82 c074ad"),
    ("Polycom", "VVX 450", 12, "6.4.3.5156", "0004f2 64167f"),
    ("Polycom", "VVX 250", 4, "6.3.1.11465", "0004f2 64167f"),
    ("Fanvil", "X4U", 12, "2.12.20", "0c383e"),
    ("Gigaset", "N670 IP PRO", 20, "2.57.1", "589ec6"),
    ("Cisco", "CP-8841-3PCC", 5, "12.0.4", "00562b"),
)
"""Make, model, lines, firmware, MAC prefixes (IEEE OUI)."""

AGENTS = {
    "Yealink": "Yealink SIP-{model} {firmware}",
    "Snom": "snom{model}/{firmware}",
    "Grandstream": "Grandstream {model} {firmware}",
    "Polycom": "PolycomVVX-{model}-UA/{firmware}",
    "Fanvil": "Fanvil {model} {firmware}",
    "Gigaset": "Gigaset {model}/{firmware}",
    "Cisco": "Cisco-{model}/{firmware}",
}
"""User-Agent by make."""

SOFTPHONES = (
    "Zoiper v2.10.20.1",
    "Zoiper rv2.10.19.9",
    "LinphoneDesktop/5.2.4 (demo) liblinphone/5.3.47",
    "LinphoneiOS/5.2.2 (iPhone) LinphoneSDK/5.3.30",
    "MicroSIP/3.21.3",
    "Bria 6.7.3",
    "baresip v1.0.0 (x86_64/linux)",
    "Acrobits Softphone/6.2.1",
)

CANNED_FOLDERS = {"Restart the phone": "Phones", "SIP ALG": "Phones", "Credit used up": "Billing"}
CANNED = (
    (
        "Restart the phone",
        "en",
        None,
        "Hello {customer.contact},\n\nPlease unplug the phone for ten seconds. It will register again on its own"
        " within two minutes.\n\n{operator.name}",
    ),
    (
        "SIP ALG",
        "en",
        None,
        "Hello {customer.contact},\n\nYour router rewrites SIP messages (“SIP ALG”). Please "
        "switch this "
        "off and restart the phones.\n\n{operator.name}",
    ),
    (
        "Credit used up",
        "en",
        "Your call credit",
        "Hello {customer.contact},\n\n{customer.company}'s call credit has run "
        "out: {customer.credit}. Calls to the public network will work again as soon as you top up.\n\n{operator.name}",
    ),
    (
        "Porting documents",
        "en",
        "Documents for your number transfer",
        "Hello {customer.contact},\n\nWe still need "
        "the signed "
        "letter of authority and a bill from the losing carrier, no more than 30 days old.\n\n{operator.name}",
    ),
    (
        "Restart the phone",
        "de",
        None,
        "Guten Tag {customer.contact},\n\nbitte trennen Sie das Telefon "
        "zehn Sekunden "
        "vom Strom. Es meldet sich danach von selbst wieder an.\n\n{operator.name}",
    ),
    (
        "Solved, closing",
        "en",
        None,
        "Hello {customer.contact},\n\nWe haven't heard from you for a week, so we assume that all is well. Replying to"
        " this message reopens the ticket.\n\n{operator.name}",
    ),
)

SCRIPT_IP = "203.0.113.66"
"""Symbols up for trials by a script."""

BLOCKED: tuple[tuple[str, str, int | None], ...] = (
    (f"{SCRIPT_IP}/32", "Scripted sign-ups, twenty in one night", None),
    ("203.0.113.192/29", "SIP scanner: REGISTER from friendly-scanner, 400 a minute", None),
    ("198.51.100.250/32", "Password guessing on the registrar, user names 100 to 9999", 6),
    ("2001:db8:bad::/48", "Toll fraud: calls to premium-rate numbers at night", None),
    ("192.0.2.233/32", "INVITE without registration to 00972…, PBX hunting", 20),
    ("198.51.100.251/32", "Forty wrong passwords in the customer portal", -4),
    ("203.0.113.254/32", "Chat: insults and links", -1),
    ("192.0.2.252/30", "Scrapes the price list, 30 requests a second", 1),
)
"""Network, reason, days left (less than nothing: over), for ever where None."""
