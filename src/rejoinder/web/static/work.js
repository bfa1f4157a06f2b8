// The proof of work of a sign-up: find a number whose SHA-256, with the nonce and a colon
// before it, begins with so many zero bits (limits/work.py). SHA-256 is written out (FIPS
// 180-4), since browsers have crypto.subtle on https alone. All in one block of 64 octets.
"use strict";

(() => {
  const form = document.querySelector("form[data-nonce]");
  if (!form) return;
  document.querySelector("[data-scriptless]").hidden = true;
  if (form.elements.answer.value) return;
  const { nonce, bits } = form.dataset;
  const told = form.querySelector("[data-working]");

  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const K = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));
  const START = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
  const W = new Int32Array(64);
  const turn = (x, by) => (x >>> by) | (x << (32 - by));

  // The first 32 bits of the digest: challenges ask for no more.
  const head = (text) => {
    W.fill(0, 0, 16);
    for (let i = 0; i < text.length; i++) W[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
    W[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
    W[15] = text.length * 8;
    for (let i = 16; i < 64; i++) {
      const a = W[i - 15], b = W[i - 2];
      W[i] = (W[i - 16] + W[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3))
        + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = START;
    for (let i = 0; i < 64; i++) {
      const s = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g))
        + K[i] + W[i]) | 0;
      const t = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + s) | 0; d = c; c = b; b = a; a = (s + t) | 0;
    }
    return (a + START[0]) >>> 0;
  };

  let counter = 0;
  let isStarted = false;
  let sending = null;
  // A moment's work at a time: what is typed meanwhile is not held up.
  const solve = () => {
    const until = performance.now() + 20;
    while (performance.now() < until) {
      for (let i = 0; i < 200; i++, counter++) {
        if (head(`${nonce}:${counter}`) >>> (32 - bits)) continue;
        form.elements.answer.value = counter;
        if (sending) form.requestSubmit(sending.button);
        return;
      }
    }
    setTimeout(solve);
  };
  const start = () => {
    if (!isStarted) setTimeout(solve);
    isStarted = true;
  };

  form.addEventListener("input", start);
  form.addEventListener("submit", (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    sending = { button: event.submitter };
    told.hidden = false;
    start();
  });
})();
