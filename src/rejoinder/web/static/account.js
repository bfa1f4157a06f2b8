// Passkeys, and the time zone of a new member's device. The pages work without, by password.
"use strict";

(() => {
  const zone = document.querySelector("input[type=hidden][name=time_zone]");
  if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";

  if (!window.PublicKeyCredential) return;

  // WebAuthn's JSON forms carry bytes as base64url (WebAuthn Level 3, section 5.1.9).
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const ids = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const create = async ({ publicKey: asked }, alone) => {
    const selection = { ...asked.authenticatorSelection };
    selection.residentKey = alone ? "required" : "discouraged";
    selection.requireResidentKey = alone;
    if (alone) selection.userVerification = "required";
    return navigator.credentials.create({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        user: { ...asked.user, id: bytes(asked.user.id) },
        excludeCredentials: ids(asked.excludeCredentials),
        authenticatorSelection: selection,
      },
    });
  };

  const use = ({ publicKey: asked }) =>
    navigator.credentials.get({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        allowCredentials: ids(asked.allowCredentials),
      },
    });

  const sent = (key) => {
    const answer = {};
    for (const part of [
      "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle",
    ]) {
      if (key.response[part]) answer[part] = text(key.response[part]);
    }
    if (key.response.getTransports) answer.transports = key.response.getTransports();
    return JSON.stringify({
      id: key.id,
      rawId: text(key.rawId),
      type: key.type,
      response: answer,
      clientExtensionResults: key.getClientExtensionResults(),
    });
  };

  const ask = async (form) => {
    if (form.dataset.passkey === "add") {
      const alone = form.querySelector("[name=passwordless]");
      return create(JSON.parse(form.dataset.options), Boolean(alone && alone.checked));
    }
    if (form.dataset.passkey === "use") return use(JSON.parse(form.dataset.options));
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    return use((await answer.json()).request_options);
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const trouble = form.querySelector("[data-trouble]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      trouble.hidden = true;
      try {
        form.elements.credential.value = sent(await ask(form));
        form.submit();
      } catch {
        trouble.hidden = false;
      }
    });
  }
})();
