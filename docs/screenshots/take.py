"""Take the pictures in this folder of a site that is being served.

    rejoinder import mbox tests/samples/news.mbox --board Islands --data DIR
    rejoinder serve --data DIR
    python docs/screenshots/take.py http://localhost:8000 MEMBER PASSWORD

Needs Pillow, which nothing else here does. `news.mbox` is an invented discussion. The form is
that of the member who signs in. Each page is taken at 390 and 1280 pixels, light and dark, and
saved with few colours to stay small.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

FOLDER = Path(__file__).parent
SIZES = {390: 844, 1280: 860}
RESPONSE = "They were watched, every three months. They grew in January."


def sign_in(context: BrowserContext, site: str, name: str, password: str) -> Page:
    page = context.new_page()
    page.goto(f"{site}/account/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    return page


def take(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(48).save(FOLDER / f"{name}.png", optimize=True)


def main() -> None:
    site, member, password = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme in ("light", "dark"):
            for width, height in SIZES.items():
                kind = f"{width}-{scheme}"
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                page = context.new_page()
                page.goto(site)
                take(page, f"front-{kind}")
                page.goto(f"{site}/b/islands")
                take(page, f"index-{kind}")
                page.click(f"text={RESPONSE}")
                take(page, f"post-{kind}")
                address = page.url
                page.goto(f"{site}/b/islands")
                page.click("text=The ferry to Halden stops running")
                page.click("text=Outline, at this post")
                page.goto(page.url.split("?")[0].split("#")[0] + "?as=nested")
                take(page, f"thread-{kind}")
                writer = sign_in(context, site, member, password)
                writer.goto(f"{address}/respond")
                writer.fill("[name=title]", "The reports are on the page now, all four.")
                writer.fill("textarea", "I have read them. The figures agree with what you say.")
                take(writer, f"form-{kind}")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
