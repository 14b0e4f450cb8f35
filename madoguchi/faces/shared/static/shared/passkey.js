// A form marked data-passkey is filled in by the browser's passkeys. Without them its sentence stays, and other ways.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const websafe = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

const ask = {
  async create(options) {
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    return {
      id: made.id,
      rawId: made.id,
      type: made.type,
      response: {
        clientDataJSON: websafe(made.response.clientDataJSON),
        attestationObject: websafe(made.response.attestationObject),
      },
    };
  },
  async get(options) {
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: named(options.allowCredentials),
    };
    const shown = await navigator.credentials.get({ publicKey });
    const response = {
      clientDataJSON: websafe(shown.response.clientDataJSON),
      authenticatorData: websafe(shown.response.authenticatorData),
      signature: websafe(shown.response.signature),
    };
    if (shown.response.userHandle) response.userHandle = websafe(shown.response.userHandle);
    return { id: shown.id, rawId: shown.id, type: shown.type, response };
  },
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !form.dataset.options) continue;
  const button = form.querySelector("button");
  const failed = form.querySelector("[data-passkey-failed]");
  form.querySelector("[data-passkey-without]").hidden = true;
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    button.disabled = true;
    try {
      const answer = await ask[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch {
      // Refused by the person, no passkey here, or the wrong address: the page's own words say what else there is.
      failed.hidden = false;
      button.disabled = false;
    }
  });
}

// A card reader that types like a keyboard ends with Enter: on to the PIN, not off with half a form.
for (const field of document.querySelectorAll("input[data-reader]")) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    document.getElementById(field.dataset.reader).focus();
  });
}
