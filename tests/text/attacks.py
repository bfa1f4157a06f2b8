"""Runs collections of attacks and the Markdown specifications against the room `text`.

`python tests/text/attacks.py PATH…` takes files or folders: `.json` and `.test` files (every
string in them is tried), CommonMark-style specifications (`spec.txt` with examples), and
any other text, line by line. It prints a table, and exits with 1 if anything was unsafe.
"""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from markdown_it import MarkdownIt

sys.path.insert(0, str(Path(__file__).parent))
from safety import LINK, faults_in

from rejoinder.errors import RejoinderError
from rejoinder.text import (
    addresses,
    characters,
    excerpts,
    flowed,
    handles,
    html_mail,
    names,
    plain,
    quoting,
    source_text,
    titles,
)
from rejoinder.text.diffs import diff_html
from rejoinder.text.markup import render_markdown
from rejoinder.text.sanitizer import sanitize

EXAMPLE = re.compile(r"^`{32} example.*?\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)
MAKES_HTML: dict[str, Callable[[str], str]] = {
    "render_markdown": render_markdown,
    "render_plain": plain.render_plain,
    "render_plain flowed": lambda s: plain.render_plain(flowed.unflow(s, True), flowed=True),
    "render html mail": lambda s: plain.render_plain(html_mail.text_of_html(s)),
    "render quoted plain": lambda s: render_markdown(quoting.quote(s, s, markup="plain")),
    "render quoted Markdown": lambda s: render_markdown(quoting.quote(s, s, markup="markdown")),
    "diff_html": lambda s: diff_html(s, s[::-1]),
}
MAKES_LINES: dict[str, Callable[[str], object]] = {
    "clean_title": titles.clean_title,
    "fit_title": titles.fit_title,
    "bare_title": titles.bare_title,
    "echoes": lambda s: str(titles.echoes("Re: " + s, s)),
    "clean_name": names.clean_name,
    "look_key": names.look_key,
    "handle_from": handles.handle_from,
    "first_line plain": lambda s: excerpts.first_line(s, markup="plain"),
    "first_line Markdown": lambda s: excerpts.first_line(s, markup="markdown"),
    "mask_addresses": addresses.mask_addresses,
    "clean_text": source_text.clean_text,
    "fit_text": source_text.fit_text,
}


def strings_of(path: Path) -> Iterator[str]:
    """Yield every string to try from one file."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix in (".json", ".test"):
        waiting = [json.loads(text)]
        while waiting:
            value = waiting.pop()
            if isinstance(value, str):
                yield value
                # html5lib's tests write U+D800 and the like as escapes of their own.
                if "\\u" in value:
                    yield re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), value)
            elif isinstance(value, list):
                waiting += value
            elif isinstance(value, dict):
                waiting += [*value.keys(), *value.values()]
    else:
        yield from text.splitlines()
        yield text[:200_000]


def try_string(string: str, faults: Counter[str], refusals: Counter[str]) -> None:
    """Give one string to every function; count what is unsafe and what is refused."""
    for name, function in MAKES_HTML.items():
        try:
            found = faults_in(function(string))
        except RejoinderError:
            refusals[name] += 1
            continue
        for fault in found:
            faults[f"{name}: {fault}"] += 1
    for name, line in MAKES_LINES.items():
        try:
            made = line(string)
        except RejoinderError:
            refusals[name] += 1
            continue
        if name == "fit_title" and not (made and titles.clean_title(str(made)) == made):
            faults[f"{name}: {string[:40]!r} is not clean"] += 1
        if name == "handle_from":
            handles.check_handle(str(made))
        if name == "clean_name" and characters.drop_invisible(str(made)) != made:
            faults[f"{name}: {string[:40]!r} keeps what can't be seen"] += 1


def expected_html(html: str) -> str:
    """Return a specification's HTML with our headings, through our wall."""
    html = re.sub(r"(</?h)([1-6])", lambda m: m[1] + str(min(6, int(m[2]) + 2)), html)
    html = re.sub(r"(</?)del>", r"\1s>", html)
    return sanitize(html.replace("<blockquote>\n</", "<blockquote></"))


def reason_for(source: str, expected: str, ours: str) -> str:
    """Return why our HTML of an example differs from the specification's."""
    wanted = expected_html(expected)
    if ours.strip() == wanted.strip():
        return "as specified"
    if re.sub(r"<br>\n", "\n", ours).strip() == re.sub(r"<br>\n", "\n", wanted).strip():
        return "on purpose: line ends are kept"
    if "<img" in expected:
        return "on purpose: images become links"
    raw = MarkdownIt("commonmark").render(source)
    if MarkdownIt("commonmark", {"html": False}).render(source) != raw:
        return "on purpose: raw HTML is shown as text"
    if any(not LINK.match(href) for href in re.findall(r'href="([^"]*)"', expected)):
        return "on purpose: links lead to known schemes or to /paths"
    if "disabled" in expected:
        return "not done: task lists"
    if re.search(r"align=", expected):
        return "on purpose: tables are aligned by classes"
    if re.search(r"@|ftp://|\bxmpp:", source) and "<a " in expected:
        return "on purpose: bare mail addresses, ftp and xmpp are no links"
    if re.search(r"&\w+;\n", source):
        return "on purpose: an entity may end a bare web address"
    if "<a " in ours and "<a " not in expected:
        return "on purpose: bare web addresses are links"
    return "unexplained"


def run_specification(path: Path) -> None:
    """Print how many examples of a specification behave as specified, and why others don't."""
    text = path.read_text(encoding="utf-8").replace("→", "\t")
    counts: Counter[str] = Counter()
    for source, expected in EXAMPLE.findall(text):
        ours = render_markdown(source)
        reason = reason_for(source, expected, ours)
        counts[reason] += 1
        if reason == "unexplained":
            print(f"  {source!r}\n    expected {expected_html(expected)!r}\n    ours     {ours!r}")
    print(f"{path.name}: {sum(counts.values())} examples")
    for reason, count in counts.most_common():
        print(f"  {count:5}  {reason}")


def main(paths: list[str]) -> int:
    """Run everything below the given paths; return the exit status."""
    faults: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    count = 0
    slowest = (0.0, "")
    for path in (file for given in map(Path, paths) for file in [given, *given.rglob("*")]):
        if not path.is_file() or path.name.startswith("_"):
            continue
        if path.name == "spec.txt":
            run_specification(path)
        for string in strings_of(path):
            start = time.perf_counter()
            try_string(string, faults, refusals)
            slowest = max(slowest, (time.perf_counter() - start, string[:60]))
            count += 1
    print(f"{count} strings, {len(MAKES_HTML) + len(MAKES_LINES)} functions each")
    print(f"slowest string: {slowest[0]:.2f} s for all functions: {slowest[1]!r}")
    print("refused with a message:", dict(refusals))
    print(f"unsafe: {sum(faults.values())}")
    for fault, times in faults.most_common(30):
        print(f"  {times:5}  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
