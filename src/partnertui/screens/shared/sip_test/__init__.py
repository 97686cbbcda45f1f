"""*SIP test*: OPTIONS to registered phones, live, with an explanation of the responses.

A screen of registrations declares `actions=(SIP_TEST, SIP_TEST_ALL)`; any screen whose rows have a `customer_id` may
declare SIP_TEST_ALL. From elsewhere: `sip_test_of(services, rows)`, `sip_test_of_customer(context, customer_id, name)`.
"""

from partnertui.screens.shared.sip_test.actions import (
    SIP_TEST,
    SIP_TEST_ALL,
    sip_test_of,
    sip_test_of_customer,
    sip_test_of_user,
)

__all__ = ["SIP_TEST", "SIP_TEST_ALL", "sip_test_of", "sip_test_of_customer", "sip_test_of_user"]
