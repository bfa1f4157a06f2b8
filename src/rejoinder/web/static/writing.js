// Writing: what is written is kept on the server, a moment after the last key, and when the page
// is left. `form.isKept` tells whether all of it is.
"use strict";

for (const form of document.querySelectorAll("form.writing")) {
  const { kept } = form.elements, said = form.querySelector(".kept-note");
  if (!kept || !said) continue;
  const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea")];
  const pause = 2000, words = () => fields.map((field) => field.value).join("\n");
  let last = words(), timer = 0, isAsking = false, isOff = false;

  const keep = async () => {
    clearTimeout(timer);
    if (isAsking || isOff || form.isSent || words() === last) return;
    isAsking = true;
    const sent = words();
    try {
      const answer = await fetch(kept.dataset.keep, {
        method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true,
      });
      const { version, says } = await answer.json();
      said.textContent = says;
      if (answer.ok) {
        last = sent;
        kept.value = version || "";
      }
      // Written on elsewhere, or posted: it's for the writer to say what becomes of it.
      isOff = [403, 404, 409].includes(answer.status);
    } catch {
      // No line, or no longer signed in: the next key tries again.
      said.textContent = "";
    }
    isAsking = false;
    if (said.textContent && words() !== last && !isOff) timer = setTimeout(keep, pause);
  };

  // Files that are chosen, pasted or dropped are added at once: the button sends the form.
  const chosen = form.querySelector("[data-files] [type=file]");
  const add = form.querySelector("button[value=attach]");
  const take = (files) => {
    if (!chosen || !files.length) return false;
    chosen.files = files;
    form.requestSubmit(add);
    return true;
  };
  if (chosen) {
    chosen.addEventListener("change", () => take(chosen.files));
    const text = form.querySelector("textarea");
    text.addEventListener("paste", (event) => take(event.clipboardData.files) && event.preventDefault());
    text.addEventListener("drop", (event) => take(event.dataTransfer.files) && event.preventDefault());
  }

  form.isKept = () => words() === last;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, pause);
  });
  addEventListener("visibilitychange", () => document.hidden && keep());
}
