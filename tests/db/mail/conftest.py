"""The mail servers of tests/mail, for tests with a database."""

from tests.mail.conftest import dovecot as dovecot
from tests.mail.conftest import html as html
from tests.mail.conftest import smtp as smtp
from tests.mail.conftest import support as support
from tests.mail.conftest import tokens as tokens
