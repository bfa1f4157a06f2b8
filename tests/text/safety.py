"""What is wrong with HTML that this project made, as a browser's parser would read it."""

import re

import html5lib

_WITH_CLASS = "details p pre th td div"
_BARE = "br h3 h4 h5 h6 em strong s code summary blockquote ul li table thead tbody tr hr ins del"
ALLOWED: dict[str, set[str]] = {
    "a": {"href", "title", "rel"},
    "ol": {"start"},
    "span": {"class", "tabindex"},
    **{tag: {"class"} for tag in _WITH_CLASS.split()},
    **{tag: set() for tag in _BARE.split()},
}
_CLASSES = (
    "quote signature spoiler byline attribution layout patch added removed hunk center right"
    " diff skipped"
)
CLASSES = frozenset(_CLASSES.split())
LINK = re.compile(r"(?:https?|mailto|news|nntp|gemini):|/(?!/)", re.IGNORECASE)


def faults_in(html: str) -> list[str]:
    """Return what in html is not on the allow-list; nothing if it's safe."""
    fragment = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    faults = []
    for element in fragment.iter():
        tag = element.tag
        if element is fragment:
            continue
        if not isinstance(tag, str) or tag not in ALLOWED:
            faults.append(f"element {tag!r}")
            continue
        faults += [f"{tag} {name}" for name in element.attrib if name not in ALLOWED[tag]]
        faults += [
            f"class {name}" for name in element.get("class", "").split() if name not in CLASSES
        ]
        # An empty one leads to the page itself: CommonMark's "[text]()".
        if tag == "a" and not LINK.match(element.get("href") or "/"):
            faults.append(f"link to {element.get('href')[:60]!r}")
        if tag == "a" and element.get("rel") != "nofollow ugc noopener":
            faults.append("link without rel")
    return faults


def text_in(html: str) -> str:
    """Return the text that a reader sees in html."""
    fragment = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return "".join(fragment.itertext())
