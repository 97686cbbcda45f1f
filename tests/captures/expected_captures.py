"""What is in the real captures beside the project, checked by hand: each call, how it ended, and why."""

from __future__ import annotations

EXPECTED = {
    "heplify-ipip0.pcap": """
        INVITE 18121862248 +3908351673002 1 incomplete - incomplete possible
        INVITE 18120614121 +3908351673002 1 rejected 403 forbidden likely
        REGISTER 1154 1154 6 failed 401 wrong_password certain
    """,
    "lab-core.pcap": """
        OPTIONS sipsak 203.0.113.10 1 incomplete - unknown possible
        OPTIONS sipsak 203.0.113.10 2 ok 200 ok certain
        REGISTER 1003 1003 4 ok 200 ok certain
        REGISTER 1004 1004 4 ok 200 ok certain
        REGISTER 1005 1005 4 ok 200 ok certain
        REGISTER 1006 1006 4 ok 200 ok certain
        REGISTER 1007 1007 4 ok 200 ok certain
        REGISTER 1008 1008 4 ok 200 ok certain
        REGISTER 1001 1001 4 ok 200 ok certain
        REGISTER 1002 1002 4 ok 200 ok certain
        REGISTER 1011 1011 6 ok 200 ok certain
        REGISTER 1009 1009 4 ok 200 ok certain
        INVITE 1001 1002 42 answered 200 transferred certain
        INVITE 1002 1008 16 answered 200 ok certain
        INVITE 1010 1008 16 answered 200 ok certain
        INVITE 1010 1005 11 no-answer 408 timeout certain
        INVITE 1010 1006 10 rejected 603 rejected certain
        INVITE 1010 1007 10 congestion 500 congestion certain
        INVITE 1010 4040 6 failed 404 unknown_user certain
        INVITE 1010 1008 6 rejected 403 wrong_password likely
        INVITE 1010 1004 16 cancelled 487 cancelled certain
        INVITE 1010 5030 6 congestion 503 no_route likely
        INVITE 1010 1003 10 busy 486 busy certain
        INVITE 1010 1007 10 congestion 500 congestion certain
        INVITE 1010 1005 11 no-answer 408 timeout certain
        INVITE 1010 1006 10 rejected 603 rejected certain
        INVITE 1010 1008 16 answered 200 ok certain
        INVITE 1010 1003 10 busy 486 busy certain
        INVITE 1010 5030 6 congestion 503 no_route likely
        INVITE 1010 1004 16 cancelled 487 cancelled certain
        INVITE 1010 1008 6 rejected 403 wrong_password likely
        INVITE 1010 4040 6 failed 404 unknown_user certain
    """,
    "lab-edge.pcap": """
        REGISTER 1003 1003 4 ok 200 ok certain
        REGISTER 1004 1004 4 ok 200 ok certain
        REGISTER 1005 1005 4 ok 200 ok certain
        REGISTER 1006 1006 4 ok 200 ok certain
        REGISTER 1007 1007 4 ok 200 ok certain
        REGISTER 1008 1008 4 ok 200 ok certain
        REGISTER 1002 1002 4 ok 200 ok certain
        REGISTER 1011 1011 6 ok 200 ok certain
        REGISTER 1009 1009 4 ok 200 ok certain
        INVITE 1001 1002 18 answered 200 transferred certain
        INVITE 1002 1008 16 answered 200 ok likely
        INVITE 1010 1008 6 answered 200 ok certain
        INVITE 1010 1005 4 no-answer - timeout likely
        INVITE 1010 1006 3 rejected 603 rejected certain
        INVITE 1010 1007 3 congestion 503 congestion likely
        INVITE 1010 1004 6 cancelled 487 cancelled likely
        INVITE 1010 1003 3 busy 486 busy certain
        INVITE 1010 1007 3 congestion 503 congestion likely
        INVITE 1010 1005 4 no-answer - timeout likely
        INVITE 1010 1006 3 rejected 603 rejected certain
        INVITE 1010 1008 6 answered 200 ok certain
        INVITE 1010 1003 3 busy 486 busy certain
        INVITE 1010 1004 6 cancelled 487 cancelled likely
    """,
    "ndpi-FAX-Call-t38-CA-TDM-SIP-FB-1.pcap": """
        INVITE unavailable 061963177 69 answered 200 sound_stopped likely
        INVITE unavailable 061963177 23 answered 200 ok certain
    """,
    "pcapplusplus-sip_reqs.pcap": """
        INVITE 200.57.7.195 francisco 1 incomplete - incomplete possible
        INVITE admind echo 2 cancelled - cancelled likely
        INVITE test sipp 1 incomplete - incomplete possible
    """,
    "pcapplusplus-sip_resp.pcap": """
        INVITE 200.57.7.195 francisco 3 answered 200 ok likely
        REGISTER user3 user3 1 failed 401 unknown possible
        REGISTER user20 user20 1 failed 401 unknown possible
        REGISTER user103 user103 1 failed 504 timeout likely
        REGISTER user155 user155 1 failed 503 congestion likely
    """,
    "sipnab-DTMFsipinfo.pcap": """
        INVITE admind echo 32 answered 200 ok likely
    """,
    "sipnab-SIP_CALL_RTP_G711": """
        INVITE 200.57.7.195 francisco 5 answered 200 ok likely
        REGISTER Ivan Ivan 4 ok 200 ok certain
        REGISTER francisco francisco 2 ok 200 ok certain
        INVITE 5514540002 francisco 3 in-progress - incomplete possible
    """,
    "sipnab-b2bua-asterisk.pcapng": """
        REGISTER telephone1 telephone1 4 ok 200 ok certain
        REGISTER telephone2 telephone2 4 ok 200 ok certain
        PUBLISH telephone2 telephone2 2 failed 489 subscription_refused certain
        SUBSCRIBE telephone2 telephone2 4 failed 489 subscription_refused certain
        SUBSCRIBE telephone2 telephone2 4 failed 404 mailbox_unknown likely
        INVITE telephone1 2302 28 answered 200 one_way_audio likely
        SUBSCRIBE telephone2 telephone2 2 failed 480 subscription_refused certain
        PUBLISH telephone2 telephone2 2 failed 489 subscription_refused certain
        SUBSCRIBE telephone2 telephone2 4 failed 489 subscription_refused certain
        PUBLISH telephone2 telephone2 2 failed 489 subscription_refused certain
        SUBSCRIBE telephone2 telephone2 4 failed 489 subscription_refused certain
    """,
    "sipnab-invite-opus-bye.pcap": """
        INVITE alice bob 7 answered 200 ok certain
    """,
    "sipnab-register-invite-reinvite-bye.pcap": """
        REGISTER alice alice 2 ok 200 ok certain
        INVITE alice bob 10 answered 200 ok certain
    """,
    "sipnab-rtp-protocol.pcap": """
        INVITE MP114.FXS1 101 9 answered 200 ok certain
    """,
    "sipnab-sip-over-tcp.pcap": """
        INVITE 101 201 7 answered 200 ok certain
    """,
    "sipnab-sip-rtp-g711.pcap": """
        INVITE sipp test 6 answered 200 one_way_audio certain
        INVITE sipp test 4 answered 200 one_way_audio certain
    """,
    "sipnab-sip-rtp-g722.pcap": """
        INVITE sipp test 6 answered 200 one_way_audio certain
    """,
    "sipnab-sip-rtp-g729a.pcap": """
        INVITE sipp test 6 answered 200 one_way_audio certain
    """,
    "sipnab-sip-sdp-example.pcap": """
        INVITE 201 101 7 answered 200 ok certain
    """,
    "sngrep-aaa.pcap": """
        REGISTER voi18063 voi18063 26 failed 401 registration_lost certain
        INVITE 816666 97239287044 18 no-answer 408 timeout likely
        INVITE voi18062 0097239287044 8 rejected 403 wrong_password certain
        REGISTER 35104723 35104723 14 ok 200 ok certain
        INVITE 35104723 0097239287044 7 rejected 403 wrong_password certain
        INVITE 35104723 35104724 8 no-answer 480 rejected certain
    """,
    "sngrep-ipip.pcap": """
        INVITE 1bdaa608131517540000 1bdaa608131517540000 4 answered 200 ok likely
    """,
    "sngrep-tlssaved.pcap": """
    """,
    "suricata-sip-tcp.pcap": """
        REGISTER 987654 987654 2 ok 200 ok certain
    """,
    "suricata-sip_compact_form.pcap": """
        INVITE 816666 97239287044 1 incomplete - incomplete possible
    """,
    "zeek-invalid-content-length.pcap": """
        INVITE alice bob 2 answered 200 ok likely
    """,
    "zeek-sip-long-request-response-paths.pcap": """
        OPTIONS alice bob 2 ok 200 ok certain
    """,
}
"""By file, a line a call: method, from, to, messages, outcome, final code, verdict, how sure."""
