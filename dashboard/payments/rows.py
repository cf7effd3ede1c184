"""The two rows a payment is made of, as every writer of them inserts them."""

from dashboard.kernel.statements import rows_into
from dashboard.payments.model import Payment, PaymentTransaction

INSERT_PAYMENT = rows_into(
    Payment, "id", "order_id", "provider", "method", "currency", "authorized", "captured", "refunded", "voided", "version"
).waiting()
INSERT_TRANSACTION = rows_into(
    PaymentTransaction,
    "payment_id",
    "order_id",
    "kind",
    "status",
    "amount",
    "provider_ref",
    "reason",
    "actor",
    "actor_name",
    "at",
).waiting()
