"""The style guide renders every part without an error."""

from tests.accounts.helpers import sign_in


def test_a_signed_in_user_sees_every_part(client):
    sign_in(client, "warehouse")

    answer = client.get("/styleguide")

    assert answer.status_code == 200
    assert "Write the customer&#39;s name." in answer.text


def test_the_sample_button_changes_nothing_and_says_so(client):
    sign_in(client, "warehouse")

    answer = client.post("/styleguide", follow_redirects=True)

    assert "Pressed. Nothing was changed." in answer.text


def test_a_visitor_is_sent_to_the_sign_in(client):
    assert client.get("/styleguide").status_code == 303
