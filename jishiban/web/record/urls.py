"""/ledger/: the public ledger."""

from django.urls import path

from jishiban.web.record import portal

app_name = "record"
urlpatterns = [
    path("ledger/", portal.ledger, name="ledger"),
    path("ledger/checkpoint.json", portal.checkpoint, name="checkpoint"),
    path("ledger/consistency.json", portal.consistency, name="consistency"),
    path("ledger/proof/<str:index>.json", portal.proof, name="proof"),
    path("ledger/verify", portal.verify, name="verify"),
    path("ledger/offline.html", portal.offline, name="offline"),
]
