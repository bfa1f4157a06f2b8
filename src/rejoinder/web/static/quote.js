// A passage that is selected when “Quote” is pressed is quoted alone.
"use strict";

document.querySelector("a.quote")?.addEventListener("click", (event) => {
  const chosen = getSelection(), link = event.currentTarget;
  const text = link.closest("article").querySelector(".text");
  const passage = String(chosen).trim().slice(0, 1500);
  if (!passage || !text || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
  const to = new URL(link.href);
  to.searchParams.set("passage", passage);
  link.href = to;
});
