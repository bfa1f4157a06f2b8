"""Members with names in many scripts, and the rows that sign-up would have made of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rejoinder.text.handles import handle_from
from rejoinder.text.names import clean_name, look_key

# First and second names, by script; all made up of common ones.
_NAMES = (
    (
        "Anna Ben Clara David Eva Finn Grace Hugo Ines Jonas Kira Leo Maja Nora Otto Pia",
        "Abel Brandt Costa Dubois Eriksen Fischer Garcia Horvat Ivers Jansen Keller Lopez "
        "Moreau Novak O’Brien Petit Quint Rossi Silva Torres Ueda Vogel Weber Young Zeller",
    ),
    (
        "Łukasz Zoë Şebnem Đặng Åsa Özlem Siân José Chloë Jürgen",
        "Müller Łoś Yıldız Nguyễn Sørensen Ó’Neill Peña Šimić Grün",
    ),
    (
        "Иван Мария Ольга Пётр Юлия Семён Фёдор",
        "Иванова Жуков Щербак Мельник Зимина Лебедь Цой",
    ),
    ("Олена Ґанна Тарас Їжак Роман", "Шевчук Коваль Гнатюк Бойко Лисенко"),
    ("Ελένη Γιώργος Νίκος Φωτεινή", "Παππά Δήμος Ξένου Λάμπρου"),
    ("שרה דוד יעל נועם", "לוי כהן פרץ מזרחי"),
    ("ليلى عمر فاطمة سامي", "حداد نجار منصور خليل"),
    ("आशा रवि मीरा किरण", "शर्मा वर्मा गुप्ता जोशी"),
    ("นภา สมชาย มาลี", "ใจดี แสงทอง"),
    ("李娜 王伟 张敏 刘洋 陈静 杨光", "海 明 山 林 雪"),
    ("さくら 太郎 ゆき 健", "田中 鈴木 高橋"),
    ("지민 서연 민준", "김 이 박 최"),
)
_SHARES = (60, 9, 7, 3, 2, 2, 3, 3, 1, 5, 3, 2)


@dataclass(frozen=True)
class Person:
    """A member to be: what their rows say of them."""

    name: str
    name_key: str
    handle: str
    email: str
    joined_at: datetime


def people(
    seed: int, count: int, first: datetime, last: datetime, taken: set[str]
) -> Iterator[Person]:
    """Yield members in the order of how much they'll write; `taken` are handles in use.

    A third were there from the first moment, the others joined until the last one. Handles
    are what `members.accounts.take_handle` would give.
    """
    chance = random.Random(f"{seed}:people")
    keys: set[str] = set()
    for number in range(1, count + 1):
        name, key = _new_name(chance, keys)
        handle = _new_handle(name, taken)
        keys.add(key)
        taken.add(handle)
        waited = 0 if chance.random() < 1 / 3 else chance.random()
        joined = first + timedelta(seconds=int(waited * (last - first).total_seconds()))
        yield Person(name, key, handle, f"member{number}@example.org", joined)


def _new_name(chance: random.Random, keys: set[str]) -> tuple[str, str]:
    """Return a name that looks like no other, and its key."""
    number = 1
    first, second = (names.split() for names in chance.choices(_NAMES, _SHARES)[0])
    bare = f"{chance.choice(first)} {chance.choice(second)}"
    name = bare
    while (key := look_key(name)) in keys:
        # Whoever finds a name taken puts something behind it.
        number = chance.randrange(2, max(100, 2 * number))
        name = f"{bare} {number}"
        number *= 2
    return clean_name(name), key


def _new_handle(name: str, taken: set[str]) -> str:
    wanted = handle_from(name)
    handle, number = wanted, 1
    while handle in taken:
        number += 1
        handle = f"{wanted[: 40 - len(str(number)) - 1]}-{number}"
    return handle
