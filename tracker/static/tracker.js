/* Small conveniences; every page works without them. */
"use strict";

// A form that came back with errors: let the keyboard and the reader start there.
document.querySelector(".error-summary")?.focus();

// The menu under the person's name closes with Escape and with a click elsewhere.
const person = document.querySelector("details.person");
if (person) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && person.open) {
      person.open = false;
      person.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!person.contains(event.target)) person.open = false;
  });
}

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else {
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000); // an answer that is a file leaves the page standing
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Nothing of what was typed stays on a shared computer after signing out.
document.querySelector("details.person form")?.addEventListener("submit", () => {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("typed:")) localStorage.removeItem(key);
  } catch {
    // switched off: there is nothing to remove
  }
});

// Printing needs a script, so its button shows only where one runs.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
