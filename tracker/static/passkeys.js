/* Passkeys: asks the browser what the form's data-options say, and sends the answer with the form. */
"use strict";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const known = window.PublicKeyCredential?.parseCreationOptionsFromJSON;
  if (!known) continue;
  const button = form.querySelector("button[type=submit]");
  const refused = form.querySelector("[data-refused]");
  button.hidden = false;
  form.querySelector("[data-without-script]").hidden = true;

  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return; // the answer is in: let it go
    if (form.elements.name?.value.trim() === "") return; // the page that answers says what is missing
    event.preventDefault();
    event.stopPropagation();
    refused.hidden = true;
    const options = JSON.parse(form.dataset.options);
    try {
      const credential = form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.answer.value = JSON.stringify(credential.toJSON());
      form.requestSubmit(button);
    } catch {
      refused.hidden = false;
    }
  });
}
