// What script adds, and nothing needs.
"use strict";

// What scrolls sideways can be reached by keyboard in every browser.
for (const wide of document.querySelectorAll(".text pre, .text table")) {
  if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
}

// Times in the zone of the reader's own device, for guests and for members who chose none.
// The site's zone stays in the title.

(() => {
  const zone = document.getElementById("zone");
  if (!zone || document.body.dataset.zone) return;
  const named = document.documentElement.lang;
  const language = named === "en" ? "en-GB" : named;
  const shape = {
    day: "numeric", month: "short", year: "numeric",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  };
  const format = new Intl.DateTimeFormat(language, shape);
  for (const time of document.querySelectorAll("time:not(.date)")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    time.title = `${time.textContent} ${zone.textContent}`;
    time.textContent = format.format(at).replace("Sept", "Sep");
  }
  zone.textContent = format.resolvedOptions().timeZone;
})();

// Writing: ask before a page with unsent words is left, and send a form once.
(() => {
  for (const form of document.querySelectorAll("form[data-writing]")) {
    const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea")];
    // Words that the server gave back are unsent, too.
    const isUnsent = () =>
      fields.some((field) => field.value !== field.defaultValue) ||
      (form.dataset.writing === "unsent" && fields.some((field) => field.value));
    let isSending = false;
    addEventListener("beforeunload", (event) => {
      if (!isSending && isUnsent()) event.preventDefault();
    });
    form.addEventListener("submit", (event) => {
      if (isSending) return event.preventDefault();
      isSending = true;
      // After the form is read, or the button pressed would be missing from it.
      setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
    });
    // Back from the page it led to: everything is as it was left.
    addEventListener("pageshow", () => {
      isSending = false;
      form.querySelectorAll("button").forEach((button) => (button.disabled = false));
    });
  }
})();
