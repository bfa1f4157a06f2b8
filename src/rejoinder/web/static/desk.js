// The desk by keyboard. Everything here is a button or a link that works without it.
"use strict";

(() => {
  const cases = [...document.querySelectorAll("[data-case]")];
  const keys = document.querySelector(".desk-keys");
  if (keys) keys.hidden = !cases.length;
  const all = document.querySelector("[data-all]");
  if (all) {
    all.addEventListener("click", (event) => {
      event.preventDefault();
      const boxes = [...document.querySelectorAll("[name=case]")];
      const choose = boxes.some((box) => !box.checked);
      boxes.forEach((box) => (box.checked = choose));
    });
  }
  let at = cases.findIndex((one) => "#" + one.id === location.hash);
  const mark = (to) => {
    cases.forEach((one, number) => one.classList.toggle("current", number === to));
    at = to;
  };
  const show = (to) => {
    if (!cases[to]) return;
    mark(to);
    cases[at].scrollIntoView({ block: "nearest" });
    // For the ears, too: the focus stands on the case.
    cases[at].tabIndex = -1;
    cases[at].focus({ preventScroll: true });
  };
  if (cases.length) mark(Math.max(at, 0));
  const press = (key) => {
    const where = key === "u" ? document : cases[at];
    const button = where && where.querySelector(`[data-key=${key}]`);
    if (button) button.click();
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("select, textarea, input:not([type=checkbox])")) return;
    if (event.key === "j") show(at + 1);
    else if (event.key === "k") show(at - 1);
    else if (event.key === "x") {
      const box = cases[at] && cases[at].querySelector("[name=case]");
      if (box) box.checked = !box.checked;
    } else if ("aru".includes(event.key)) press(event.key);
    else return;
    event.preventDefault();
  });
})();
