"""Who is seen on an order's page: others, each once, while they say so."""

from types import SimpleNamespace

from dashboard.kernel.actor import Actor
from dashboard.live.presence import LASTS, Presence, Seen, initials

PLACE = ("order", "17")


def screen(sid: str, user: str, name: str) -> SimpleNamespace:
    return SimpleNamespace(sid=sid, actor=Actor("user", user, name))


MIA, MIA_AGAIN, TOM = screen("a", "1", "Mia Ops"), screen("b", "1", "Mia Ops"), screen("c", "2", "Tom van Wood")


def shown(presence: Presence) -> dict[str, list[tuple[str, bool]]]:
    return {
        member.sid: [(person["name"], person["editing"]) for person in frame["people"]]
        for member, frame in presence.frames(PLACE)
    }


def test_each_sees_the_others_once_and_never_themselves():
    presence = Presence()

    assert presence.say(MIA, PLACE, 0.0, editing=False)
    assert presence.say(MIA_AGAIN, PLACE, 0.0, editing=True)
    assert presence.say(TOM, PLACE, 0.0, editing=False)

    assert shown(presence) == {"a": [("Tom van Wood", False)], "b": [("Tom van Wood", False)], "c": [("Mia Ops", True)]}


def test_saying_the_same_again_is_no_news_and_typing_is():
    presence = Presence()
    presence.say(MIA, PLACE, 0.0, editing=False)

    assert not presence.say(MIA, PLACE, 1.0, editing=False)
    assert presence.say(MIA, PLACE, 2.0, editing=True)


def test_who_leaves_or_falls_silent_is_gone():
    presence = Presence()
    presence.say(MIA, PLACE, 0.0, editing=False)
    presence.say(TOM, PLACE, 0.0, editing=False)

    assert presence.leave("a") == [PLACE]
    assert presence.leave("a") == []
    assert presence.expire(LASTS) == []
    assert presence.expire(LASTS + 0.1) == [PLACE]
    assert shown(presence) == {}


def test_people_of_other_processes_are_seen_until_nothing_is_said_of_them():
    presence, tom = Presence(), Seen("user:2", "Tom van Wood", False)
    presence.say(MIA, PLACE, 0.0, editing=False)

    assert presence.hear("p2", PLACE, [tom, Seen("user:1", "Mia Ops", True)], 0.0)
    assert not presence.hear("p2", PLACE, [tom, Seen("user:1", "Mia Ops", True)], 1.0)
    assert shown(presence) == {"a": [("Tom van Wood", False)]}
    assert presence.here(PLACE) == [Seen("user:1", "Mia Ops", False)]
    presence.say(MIA, PLACE, LASTS, editing=False)
    assert presence.expire(LASTS + 1.1) == [PLACE]
    assert shown(presence) == {"a": []}
    assert presence.hear("p2", PLACE, [tom], LASTS + 1.2)
    assert presence.hear("p2", PLACE, [], LASTS + 1.3)
    assert shown(presence) == {"a": []}


def test_initials():
    assert [initials(name) for name in ("Mia van Ops", "ada@example.com", "Tom", "")] == ["MO", "AC", "T", ""]
