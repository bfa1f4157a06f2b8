// What script adds, and nothing needs: times in the zone of a guest's own device.
"use strict";

(() => {
  // A member's times are already in the zone they chose.
  if (document.body.dataset.zone) return;
  const language = document.documentElement.lang;
  const day = { day: "numeric", month: "short", year: "numeric" };
  const moment = { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  for (const time of document.querySelectorAll("time[data-zoned]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    time.title = time.textContent + " " + time.dataset.zoned;
    time.textContent = at.toLocaleString(language, moment);
  }
})();
