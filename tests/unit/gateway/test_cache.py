"""The cache: bounded, purged by tag, and never fresh about what it should no longer say."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.cache import Cache, Entry


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def entry(*tags, size=10):
    return Entry(body=b"x" * size, etag='"e"', headers={}, tags=frozenset(tags))


def cache_with(clock=None, **settings):
    return Cache(
        **({"max_bytes": 1_000_000, "short_ttl": 5, "live_ttl": 60} | settings), clock=clock or Clock()
    )


def put(cache, key, found, owner="scoring"):
    return cache.store(key, found, owner=owner, begun=cache.begin())


def is_fresh(cache, key):
    found = cache.held(key)
    return found is not None and found.fresh_until > cache.clock()


def test_an_answer_is_fresh_briefly_until_changes_are_followed():
    clock = Clock()
    cache = cache_with(clock)
    put(cache, "before", entry("scoring"))
    cache.live("scoring")
    put(cache, "after", entry("scoring"))
    assert [is_fresh(cache, key) for key in ("before", "after")] == [False, True]
    clock.now += 30
    assert is_fresh(cache, "after")
    assert cache.age(cache.held("after")) == 0
    clock.now += 31
    assert not is_fresh(cache, "after")


def test_a_brief_answer_is_fresh_briefly_whatever_is_followed():
    clock = Clock()
    cache = cache_with(clock)
    cache.live("practices")
    found = entry("practices")
    cache.store("search", found, owner="practices", begun=cache.begin(), brief=True)
    clock.now += 4
    assert is_fresh(cache, "search")
    assert cache.age(found) == 4
    clock.now += 2
    assert not is_fresh(cache, "search")


def test_a_lost_feed_leaves_little_time():
    clock = Clock()
    cache = cache_with(clock)
    cache.live("scoring")
    put(cache, "a", entry("scoring"))
    put(cache, "b", entry("practices"), owner="practices")
    cache.lost("scoring")
    clock.now += 4
    assert is_fresh(cache, "a")
    assert cache.age(cache.held("a")) == 4
    clock.now += 2
    assert not is_fresh(cache, "a")


def test_a_purge_ends_freshness_and_keeps_the_answer_for_worse_days():
    cache = cache_with()
    put(cache, "a", entry("scoring", "scoring/region/a"))
    put(cache, "b", entry("scoring", "scoring/region/b"))
    cache.purge(["scoring/region/a"])
    assert [is_fresh(cache, key) for key in "ab"] == [False, True]
    assert cache.held("a").body


def test_a_fill_begun_before_its_tags_last_purge_is_not_kept():
    cache = cache_with()
    begun = cache.begin()
    cache.purge(["scoring/region/a"])
    assert not cache.store("a", entry("scoring/region/a"), owner="scoring", begun=begun)
    assert cache.store("b", entry("scoring/region/b"), owner="scoring", begun=begun)
    assert put(cache, "a", entry("scoring/region/a"))


def test_neither_is_what_was_only_confirmed():
    cache = cache_with()
    held = entry("t")
    put(cache, "a", held)
    begun = cache.begin()
    cache.purge(["t"])
    assert not cache.confirm("a", held, owner="scoring", begun=begun)
    assert not is_fresh(cache, "a")
    assert cache.confirm("a", held, owner="scoring", begun=cache.begin())
    assert is_fresh(cache, "a")


def test_what_left_the_cache_while_its_owner_was_asked_is_not_revived():
    cache = cache_with(max_bytes=5_000)
    cache.live("scoring")
    held = entry("scoring")
    put(cache, "a", held)
    begun = cache.begin()
    put(cache, "b", entry("scoring", size=1_900))  # takes all the room
    assert cache.held("a") is None
    assert not cache.confirm("a", held, owner="scoring", begun=begun)
    assert held.fresh_until == 0
    assert not cache.hears_of(held)


def test_forgetting_old_purges_errs_on_the_side_of_not_keeping():
    cache = cache_with()
    begun = cache.begin()
    cache.purge([f"t{n}" for n in range(10_001)])
    assert not cache.store("a", entry("other"), owner="scoring", begun=begun)
    assert put(cache, "a", entry("other"))


def test_what_is_replaced_or_evicted_is_no_longer_fresh_to_whoever_holds_it():
    cache = cache_with(max_bytes=5_000)
    first, second = entry("t"), entry("t")
    put(cache, "a", first)
    put(cache, "a", second)
    assert first.fresh_until == 0 < second.fresh_until
    put(cache, "b", entry("t", size=1_500))
    assert cache.held("a") is None
    assert second.fresh_until == 0


def test_the_least_recently_used_goes_first():
    cache = cache_with(max_bytes=4_000)
    for key in "abc":
        put(cache, key, entry("t"))
    cache.held("a")
    put(cache, "d", entry("t"))
    assert [cache.held(key) is not None for key in "abcd"] == [True, False, True, True]


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from("abcd"), st.integers(0, 3_000)),
        st.tuples(st.just("purge"), st.sampled_from("abcd"), st.just(0)),
        st.tuples(st.just("drop"), st.sampled_from("abcd"), st.just(0)),
        st.tuples(st.just("begin"), st.sampled_from("abcd"), st.just(0)),
        st.tuples(st.just("land"), st.sampled_from("abcd"), st.integers(0, 3_000)),
        st.tuples(st.just("confirm"), st.sampled_from("abcd"), st.just(0)),
    ),
    max_size=60,
)


@given(ACTIONS)
def test_no_order_of_events_breaks_the_bound_or_freshens_the_purged(actions):
    cache = cache_with(max_bytes=10_000)
    begun: dict[str, int] = {}
    asked: dict[str, Entry | None] = {}  # what was held when the fill began
    outdated: set[str] = set()  # keys purged after their fill began
    made = []
    for action, key, size in actions:
        match action:
            case "put":
                made.append(entry(key, size=size))
                put(cache, key, made[-1])
            case "begin":
                begun[key], asked[key] = cache.begin(), cache.held(key)
                outdated.discard(key)
            case "purge":
                cache.purge([key])
                outdated.add(key)
                assert not is_fresh(cache, key)
            case "drop":
                cache.drop(key)
            case "land" if key in begun:
                made.append(entry(key, size=size))
                kept = cache.store(key, made[-1], owner="scoring", begun=begun[key])
                assert kept == (key not in outdated)
            case "confirm" if (found := asked.get(key)) is not None:
                stays = found is cache.held(key) and key not in outdated
                assert cache.confirm(key, found, owner="scoring", begun=begun[key]) == stays
        assert cache.bytes <= 10_000
        assert (cache.bytes == 0) == (len(cache) == 0)
        held = {id(cache.held(key)) for key in "abcd"}
        assert all(one.fresh_until == 0 for one in made if id(one) not in held)
