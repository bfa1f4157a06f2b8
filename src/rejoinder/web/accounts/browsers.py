"""What a browser calls itself, in the few words by which its owner knows it."""

from __future__ import annotations

from django.utils.translation import gettext as _

# In this order: most call themselves Chrome and Safari too.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrom": "Chrome",
    "Safari/": "Safari",
    "Lynx/": "Lynx",
    "w3m/": "w3m",
    "curl/": "curl",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def browser(user_agent: str) -> str:
    """Return a browser's name and its system; what it calls itself if both are unknown."""
    name = next((BROWSERS[mark] for mark in BROWSERS if mark in user_agent), "")
    system = next((SYSTEMS[mark] for mark in SYSTEMS if mark in user_agent), "")
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or user_agent[:60] or _("Unknown browser")
