// What script adds, and nothing needs: times in the zone of the reader's own device, for
// guests and for members who chose none. The site's zone stays in the title.
"use strict";

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
