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
      if (!isSending && isUnsent() && !form.isKept?.()) event.preventDefault();
    });
    form.addEventListener("submit", (event) => {
      if (isSending) return event.preventDefault();
      isSending = form.isSent = true;
      // After the form is read, or the button pressed would be missing from it.
      setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
    });
    // Back from the page it led to: everything is as it was left.
    addEventListener("pageshow", () => {
      isSending = form.isSent = false;
      form.querySelectorAll("button").forEach((button) => (button.disabled = false));
    });
  }
})();

// Reading: what the page's button marks as read is marked bit by bit, as it has been on screen.
// A title alone says nothing of its text: in outlines that holds for posts without one.
(() => {
  const form = document.querySelector("form.mark-read");
  if (!form || form.hidden) return;
  const tick = 500, enough = 3, pause = 6;
  // Posts in lists are named by where they stand; the one on its own page is the form's.
  const nameOf = (shown) => shown.id ? shown.id.slice(2) : form.elements.posts.value;
  const left = new Set();
  const onScreen = new Set(), ticks = new Map();
  let read = [], waited = 0;

  const send = () => {
    waited = 0;
    if (!read.length) return;
    const sent = read, body = new FormData(form);
    read = [];
    body.set("posts", sent.join(" "));
    body.delete("next");
    fetch(form.action, { method: "POST", body, keepalive: true })
      .then((answer) => { if (!answer.ok) throw answer; })
      // Goes with the next ones.
      .catch(() => read.push(...sent));
  };

  const look = () => {
    if (document.hidden) return;
    for (const shown of onScreen) {
      const { top, bottom, height } = shown.getBoundingClientRect();
      const seen = Math.min(bottom, innerHeight) - Math.max(top, 0);
      if (seen < Math.min(height, innerHeight) / 2) continue;
      ticks.set(shown, (ticks.get(shown) || 0) + 1);
      if (ticks.get(shown) < enough) continue;
      const name = names.get(shown);
      watch.unobserve(shown);
      onScreen.delete(shown);
      left.delete(name);
      read.push(name);
      form.elements.posts.value = [...left].join(" ");
    }
    if (read.length && (++waited >= pause || !left.size)) send();
    if (!left.size) form.remove();
  };

  const names = new Map();
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      isIntersecting ? onScreen.add(target) : onScreen.delete(target);
    }
  });
  for (const mark of document.querySelectorAll(".new")) {
    const shown = mark.closest("article, .line");
    if (shown) left.add(nameOf(shown));
    const isWhole = shown && (shown.matches("article") || shown.querySelector(".nt"));
    if (!isWhole || mark.closest("details:not([open])")) continue;
    names.set(shown, nameOf(shown));
    watch.observe(shown);
  }
  if (names.size) setInterval(look, tick);
  addEventListener("visibilitychange", send);
  addEventListener("pagehide", send);
})();

// A thread's open page asks whether the thread has grown; not while it isn't looked at, ever
// more seldom while nothing comes, and seldom where octets are to be saved.
(() => {
  const { news } = document.getElementById("main").dataset;
  if (!news) return;
  const least = navigator.connection?.saveData ? 120 : 20, most = 300;
  const said = document.createElement("p");
  said.className = "news";
  said.setAttribute("role", "status");
  document.body.append(said);
  const title = document.title;
  let pause = least, due = 0, timer = 0;

  const show = ({ says, to }) => {
    if (!says || said.textContent === says) return;
    const link = document.createElement("a");
    link.href = to;
    link.textContent = says;
    said.replaceChildren(link);
    document.title = `(${says}) ${title}`;
    pause = least;
  };

  const ask = async () => {
    pause = Math.min(pause * 1.5, most);
    try {
      const answer = await fetch(news, { cache: "no-cache" });
      // Gone, or no longer ours to read: there is nothing to ask for.
      if ([403, 404, 410].includes(answer.status)) return;
      if (answer.ok) show(await answer.json());
      else pause = Math.max(most, Number(answer.headers.get("Retry-After")) || 0);
    } catch {
      pause = most;
    }
    wait();
  };

  const wait = (seconds = pause * (1 + Math.random() / 4)) => {
    due = Date.now() + seconds * 1000;
    clearTimeout(timer);
    timer = document.hidden ? 0 : setTimeout(ask, seconds * 1000);
  };

  addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden) wait(Math.max(1, (due - Date.now()) / 1000));
  });
  wait();
})();
