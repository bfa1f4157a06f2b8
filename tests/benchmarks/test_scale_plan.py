"""The shapes that the generator of scale data gives a site, asked of its plans alone."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from benchmarks.scale import rows, shapes
from benchmarks.scale.bodies import LONG_OCTETS, Pool, pools
from benchmarks.scale.languages import LANGUAGES, VOCABULARY, Vocabulary
from benchmarks.scale.plan import BEGAN, BOARDS, ENDED, PRIVATE, VISIBLE, People, Plan
from rejoinder.posts import keep
from rejoinder.text.source_text import clean_text
from rejoinder.text.titles import clean_title
from rejoinder.threads import labels

MEMBERS = 400


def people() -> People:
    span = (ENDED - BEGAN).total_seconds()
    return People(
        [0 if n % 3 == 0 else span * n / MEMBERS for n in range(MEMBERS)], range(0, 60, 3)
    )


def plan(posts: int, batch: int = 2000, seed: int = 1) -> Plan:
    return Plan(seed, posts, people(), batch)


def standing(of: Plan) -> rows.Standing:
    return rows.Standing(
        label="bcdfghjkmn",
        boards=list(range(1, len(BOARDS) + 1)),
        members=list(range(1, MEMBERS + 1)),
        tallies={board: rows.Tally() for board in range(1, len(BOARDS) + 1)},
        long=[rows.grown(parents) for parents, _states in of.long],
    )


def all_rows(of: Plan, texts: list[Pool]) -> list[rows.Rows]:
    stands = standing(of)
    return [rows.batch_rows(of, texts, stands, number) for number in range(of.batches)]


@pytest.fixture(scope="module")
def texts() -> list[Pool]:
    return pools(1, 100)


def test_the_same_seed_gives_the_same_rows_and_another_gives_others(texts: list[Pool]) -> None:
    once, again = all_rows(plan(1500, 500), texts), all_rows(plan(1500, 500), texts)
    assert once == again
    assert all_rows(plan(1500, 500, seed=2), texts) != once
    assert sum(len(batch.posts) for batch in once) == 1500


def test_the_same_seed_gives_the_same_texts() -> None:
    assert Vocabulary(LANGUAGES[0], "1").words == Vocabulary(LANGUAGES[0], "1").words
    assert all(len(Vocabulary(each, "1").words) == VOCABULARY for each in LANGUAGES)


def test_a_million_posts_hold_a_thread_of_a_hundred_thousand_and_a_chain_of_ten() -> None:
    (longest, _), (deepest, _) = plan(1_000_000, 50_000).long
    assert len(longest) == 100_000
    assert len(deepest) == 10_000
    depths = rows.grown(deepest).depths
    assert depths == list(range(10_000))


def test_sizes_of_threads_are_skewed() -> None:
    chance = random.Random(1)
    sizes = sorted(shapes.thread_size(chance) for _ in range(20_000))
    assert sizes[len(sizes) // 2] <= 2
    assert sizes[-1] == shapes.MOST_POSTS
    # The largest hundredth of the threads holds nearly half of all posts, or more.
    assert sum(sizes[-200:]) > 0.4 * sum(sizes)


def test_threads_have_the_shapes_of_talk_stars_exchanges_and_crowds() -> None:
    chance = random.Random(1)
    depth = {
        kind: max(rows.grown(shapes.parents_of(chance, 300, kind)).depths)
        for kind in ("talk", "star", "exchange", "crowd")
    }
    assert depth["star"] < depth["talk"] < depth["exchange"]
    assert depth["exchange"] > 30
    assert Counter(shapes.parents_of(chance, 300, "star"))[0] > 200


def test_posts_come_in_bursts_and_by_the_hours_of_the_day() -> None:
    chance = random.Random(1)
    times = shapes.moments(chance, 20_000, 100 * shapes.DAY, bursts=4)
    assert times == sorted(times)
    by_hour = Counter(int(at // shapes.HOUR) for at in times)
    assert max(by_hour.values()) > 30 * len(times) / (100 * 24)
    of_day = Counter(int(at % shapes.DAY // shapes.HOUR) for at in times)
    assert of_day[20] > 3 * of_day[3]


def test_few_members_write_most_and_nobody_before_joining() -> None:
    of = plan(4000)
    wrote: Counter[int] = Counter()
    for number in range(of.batches):
        for thread in of.threads(number):
            wrote.update(thread.authors)
            began = of.began(number)
            assert all(of.people.joined[author] <= began for author in thread.authors)
    most = [count for _author, count in wrote.most_common(MEMBERS // 20)]
    assert sum(most) > 0.25 * 4000
    assert len(wrote) > MEMBERS // 3


def test_only_the_crew_writes_on_a_private_board() -> None:
    of = plan(6000)
    threads = [thread for number in range(of.batches) for thread in of.threads(number)]
    private = [thread for thread in threads if thread.board in PRIVATE]
    assert private
    assert {author for thread in private for author in thread.authors} <= set(of.people.crew)
    assert {thread.board for thread in threads} == set(range(len(BOARDS)))


def test_a_tenth_of_the_posts_are_long_and_some_have_no_text(texts: list[Pool]) -> None:
    sources = [text[1] for batch in all_rows(plan(6000), texts) for text in batch.texts]
    long = sum(len(source.encode()) > LONG_OCTETS for source in sources) / len(sources)
    empty = sources.count("") / len(sources)
    assert 0.085 < long < 0.13
    assert 0.05 < empty < 0.15


def test_posts_are_in_many_languages_and_scripts(texts: list[Pool]) -> None:
    titles = "".join(post[12] for batch in all_rows(plan(6000), texts) for post in batch.posts)
    scripts = {"Latin": "aé", "Greek": "λ", "Cyrillic": "ї", "Hebrew": "ש", "Arabic": "م"}
    scripts |= {"Devanagari": "र", "Georgian": "ა", "Thai": "น", "Han": "港", "Hangul": "구"}
    missing = [name for name, letters in scripts.items() if not set(letters) <= set(titles)]
    assert missing == []
    assert len(LANGUAGES) == 20


def test_texts_are_kept_as_a_door_would_have_kept_them(texts: list[Pool]) -> None:
    for pool in texts:
        assert [title for title in pool.titles if clean_title(title) != title] == []
        for body in pool.bodies:
            answering = body.answering("bcdfghjkmnpq")
            said = keep.words("Title", clean_text(answering.source), "markdown")
            assert (said.html, said.first_line) == (answering.html, answering.first_line)
            assert answering.has_reference == ("/p/bcdfghjkmnpq" in answering.html)


def test_ids_numbers_and_times_rise_together(texts: list[Pool]) -> None:
    batches = all_rows(plan(3000, 700), texts)
    posts = [post for batch in batches for post in batch.posts]
    assert [post[0] for post in posts] == list(range(1, 3001))
    assert [post[16] for post in posts] == sorted(post[16] for post in posts)
    assert len({post[1] for post in posts}) == 3000
    numbers: dict[int, list[int]] = {}
    for batch in batches:
        for board, number, _post in batch.numberings:
            numbers.setdefault(board, []).append(number)
    for given in numbers.values():
        assert given == list(range(1, len(given) + 1))
    states = Counter(post[9] for post in posts)
    assert set(states) == {"v", "h", "r", "w"}
    assert states[VISIBLE] > 0.97 * 3000


def test_a_thread_whose_labels_grow_too_long_is_spread_anew() -> None:
    # Down, aside, down, aside: each pair of posts begins a level of labels.
    zigzag = [shapes.NOTHING]
    for _ in range(800):
        zigzag += [len(zigzag) - 1, len(zigzag) - 1]
    thread = rows.grown(zigzag)
    assert max(len(span.opens) for span in thread.spans) <= labels.TOO_LONG
    for post, parent in enumerate(zigzag[1:], 1):
        above, span = thread.spans[parent], thread.spans[post]
        assert above.opens < span.opens < span.closes < above.closes
