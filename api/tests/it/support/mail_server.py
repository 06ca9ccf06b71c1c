"""aiosmtpd with TLS and a sign-in, which its own command line does not offer together.

mail_server.py PORT MAILDIR CERTIFICATE KEY starttls|implicit
"""

import asyncio
import ssl
import sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

port, folder, certificate, key, mode = sys.argv[1:]
USER, PASSWORD = b"mailer", b"amber-Kestrel-41-lantern"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=good, handled=good)


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    starttls = mode == "starttls"

    def serve():
        return SMTP(
            Mailbox(folder),
            tls_context=context if starttls else None,
            require_starttls=starttls,
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=starttls,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(serve, "127.0.0.1", int(port), ssl=None if starttls else context)
    await server.serve_forever()


asyncio.run(main())
