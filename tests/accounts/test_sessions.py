"""Sessions of people: what opens them and what ends them."""
from tests.accounts.helpers import sign_in, api_token


def test_a_session_opens_pages(app, client):
    user = sign_in(client, "owner")
    print(client.get("/change").get_data(as_text=True)[:500])
