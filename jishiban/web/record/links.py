"""Addresses of the ledger's pages that other rooms print."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from jishiban.kernel.ledger import receipts


def receipt_link(receipt: dict[str, Any], *, with_payload: bool = True) -> str:
    """The address a QR code on a receipt carries: the verifier with the receipt behind the #.

    What stands behind a # stays in the reader's browser; it is never sent to the server.
    """
    return f"{settings.PUBLIC_URL}{reverse('record:verify')}#{receipts.compact(receipt, with_payload=with_payload)}"
