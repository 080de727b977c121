"""Sources as they are written: what each kind needs, and where its secret comes from."""

from __future__ import annotations

import pytest

from bot.config import Config, loads
from bot.config.sources import KINDS, SourceKeys
from bot.errors import ConfigError

FEED = '[[sources]]\nname = "forum"\nkind = "feed"\nurl = "https://forum.example.org/feed"\n'
YOUTUBE = '[[sources]]\nname = "films"\nkind = "youtube"\n'
WATCH = '[[watches]]\nname = "Lumo"\nquery = "lumo"\nchannel = "#brand"\n'


def config(*parts: str, **environment: str) -> Config:
    return loads("\n".join([*parts, WATCH]), environment=environment)


def faults(*parts: str, **environment: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as refused:
        config(*parts, **environment)
    return {fault.place: fault.message for fault in refused.value.faults}


def test_a_source_without_its_secret_is_off_and_no_watch_waits_for_it() -> None:
    found = config(FEED, YOUTUBE)
    assert [one.name for one in found.off] == ["films"]
    assert found.watches[0].sources == ("forum",)


def test_a_secret_switches_a_source_on() -> None:
    found = config(FEED, YOUTUBE, VIGIE_YOUTUBE_KEY=" s3cret\n")
    assert not found.off
    assert found.watches[0].sources == ("films", "forum")
    assert found.keys.of("films") == "s3cret"


def test_two_sources_of_a_kind_may_have_two_secrets() -> None:
    other = YOUTUBE.replace("films", "more films") + 'key = "OTHER_KEY"\n'
    found = config(YOUTUBE, other, VIGIE_YOUTUBE_KEY="one", OTHER_KEY="two")
    assert [found.keys.of(name) for name in ("films", "more films")] == ["one", "two"]


def test_a_source_that_can_do_without_a_secret_is_on() -> None:
    assert not config('[[sources]]\nname = "code"\nkind = "github"\n').off


def test_where_all_sources_wait_for_a_secret_the_variables_are_named() -> None:
    assert "VIGIE_YOUTUBE_KEY for “films”" in faults(YOUTUBE)["sources"]


def test_a_watch_that_names_only_sources_that_are_off_is_told() -> None:
    watch = WATCH.replace("Lumo", "Films") + 'sources = ["films"]\n'
    assert "wait for a secret" in faults(FEED, YOUTUBE, watch)["watches[0].sources"]


def test_secrets_show_in_no_repr() -> None:
    found = config(FEED, YOUTUBE, VIGIE_YOUTUBE_KEY="s3cret")
    assert "s3cret" not in repr(found)
    assert "s3cret" not in repr(SourceKeys({"films": "s3cret"}))


def test_a_secret_in_the_file_is_refused_and_not_repeated() -> None:
    found = faults(FEED, YOUTUBE + 'key = "AIzaSyVerySecret"\n')
    assert "VIGIE_YOUTUBE_KEY" in found["sources[1].key"]
    assert "AIza" not in str(found)


def test_a_setting_of_another_kind_is_told_with_the_kinds_it_is_for() -> None:
    found = faults(FEED + 'countries = ["fr"]\n')
    assert "it is for appstore" in found["sources[0].countries"]


def test_what_a_kind_needs_is_asked_for() -> None:
    found = faults('[[sources]]\nname = "shop"\nkind = "appstore"\n')
    assert "needs it" in found["sources[0].app"]


def test_a_country_is_two_letters() -> None:
    found = faults(
        '[[sources]]\nname = "shop"\nkind = "appstore"\napp = "1"\ncountries = ["FRA"]\n'
    )
    assert 'such as "fr"' in found["sources[0].countries[0]"]


def test_each_kind_has_an_interval_of_its_own_until_one_is_given() -> None:
    youtube = config(YOUTUBE, VIGIE_YOUTUBE_KEY="x").sources[0]
    assert youtube.every == KINDS["youtube"].every
    given = config(YOUTUBE + 'every = "2h"\n', VIGIE_YOUTUBE_KEY="x").sources[0]
    assert given.every.total_seconds() == 7200


def test_an_interval_below_a_second_is_refused() -> None:
    assert "5m" in faults(FEED + 'every = "0.5s"\n')["sources[0].every"]


@pytest.mark.parametrize("dollars", ["-1.0", "0.1", "inf", "nan"])
def test_a_budget_that_buys_nothing_or_has_no_end_is_refused(dollars: str) -> None:
    source = f'[[sources]]\nname = "X"\nkind = "x"\ndollars_a_day = {dollars}\n'
    assert "at least 0.2" in faults(source)["sources[0].dollars_a_day"]


def test_instagram_takes_thirty_hashtags() -> None:
    tags = [f"tag{n}" for n in range(31)]
    source = f'[[sources]]\nname = "i"\nkind = "instagram"\naccount = "1"\ntags = {tags}\n'
    assert "at most 30" in faults(source)["sources[0].tags"]
