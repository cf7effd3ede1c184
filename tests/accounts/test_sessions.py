"""Sessions of people: what opens them and what ends them."""

import pytest

from tests.accounts.helpers import sign_in


@pytest.mark.parametrize(
    "path", ["/login", "/change", "/users", "/settings/tokens", "/displays", "/verify", "/tf-setup", "/mf-recovery-codes"]
)
def test_pages(app, client, path):
    if path != "/login":
        sign_in(client, "owner")
    r = client.get(path)
    assert r.status_code == 200, r.get_data(as_text=True)[-3000:]
