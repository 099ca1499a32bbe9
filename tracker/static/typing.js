/* Keeps what is typed into the update form: on the server, and on this computer while there is no line to it.
   The form works without it. What stays on the computer goes when it was sent, at signing out, and after three days. */
"use strict";

(() => {
  const form = document.querySelector("form[data-typing]");
  const state = document.querySelector(".typing-state");
  if (!form || !state) return;

  const QUIET = 3000; // after the last key
  const EVERY = 10000; // at most one request in so long
  const AGAIN = 15000; // while there is no line
  const PATIENCE = 12000; // for one answer
  const DAYS = 3;
  const PREFIX = "typed:";
  const place = `${PREFIX}${form.dataset.person}:${location.pathname}`;
  const [kept, others, said] = ["kept", "others", "said"].map((name) => state.querySelector(`.typing-${name}`));

  const read = (from = form) =>
    new URLSearchParams([...new FormData(from)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token"));
  // As the page came: on a slow line, people type before this runs.
  const served = form.cloneNode(true);
  served.reset();
  const opened = read(served);
  let confirmed = String(opened);
  let timer = null;
  let lastAt = 0;
  let trouble = ""; // offline, signedOut or refused
  let running = null;
  let letGo = false;

  const isDirty = () => String(read()) !== confirmed;
  const touched = (now) =>
    [...new Set([...now.keys(), ...opened.keys()])].filter((name) => String(now.getAll(name)) !== String(opened.getAll(name)));

  function store(fields) {
    try {
      localStorage.setItem(place, JSON.stringify({ at: Date.now(), fields: String(fields) }));
    } catch { /* full, or switched off: the form still holds it */ }
  }
  function forget() {
    try { localStorage.removeItem(place); } catch { /* switched off */ }
  }
  function stored() {
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(PREFIX) && Date.now() - JSON.parse(localStorage.getItem(key)).at > DAYS * 86400000) localStorage.removeItem(key);
      }
      const found = localStorage.getItem(place);
      return found ? new URLSearchParams(JSON.parse(found).fields) : null;
    } catch { return null; }
  }

  // Said once for each change of the situation, so that a screen reader is not interrupted at each rest.
  function tell(what, sentence) {
    state.hidden = false;
    state.classList.toggle("is-trouble", what !== "");
    if (what === trouble && what !== "refused") return;
    const was = trouble;
    trouble = what;
    if (what !== "") kept.textContent = "";
    said.textContent = what === "" ? (was === "offline" ? state.dataset.back : "") : sentence;
    if (what === "signedOut") {
      const link = document.createElement("a");
      link.href = state.dataset.signIn;
      link.textContent = state.dataset.signInWords;
      said.append(" ", link);
    }
  }

  async function renewToken() {
    const answer = await fetch(location.pathname, { redirect: "manual" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("form[data-typing] input[name=csrf_token]")?.value;
    if (token) for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
    return Boolean(token);
  }

  function post(fields, leaving) {
    const body = new URLSearchParams(fields);
    body.set("touched", touched(fields).join(","));
    body.set("csrf_token", form.elements.csrf_token?.value ?? "");
    return fetch(form.dataset.typing, {
      method: "POST", body, redirect: "manual", keepalive: leaving, signal: leaving ? undefined : AbortSignal.timeout(PATIENCE),
    });
  }

  // Sends the fields; returns "kept", "refused", "offline" or "signedOut", and says so.
  async function keep(fields, leaving = false) {
    lastAt = Date.now();
    let answer;
    try {
      answer = await post(fields, leaving);
      if (answer.status === 400 && (await renewToken())) answer = await post(fields, leaving);
    } catch { answer = null; }
    if (answer?.ok) {
      const told = await answer.json();
      confirmed = String(fields);
      forget();
      tell("", "");
      kept.textContent = state.dataset.kept.replace("{time}", told.at);
      others.textContent = told.others;
      return "kept";
    }
    if (answer && [403, 404, 409, 413].includes(answer.status)) {
      let sentence = state.dataset.refused;
      try { sentence = (await answer.json()).sentence || sentence; } catch { /* a page, not ours to read */ }
      if (answer.status === 409) store(fields);
      tell("refused", sentence);
      return "refused";
    }
    store(fields);
    if (answer?.type === "opaqueredirect" || answer?.status === 401 || answer?.status === 400) {
      tell("signedOut", state.dataset.signedOut);
      return "signedOut";
    }
    tell("offline", state.dataset.offline);
    plan(AGAIN);
    return "offline";
  }

  function plan(after) {
    clearTimeout(timer);
    timer = setTimeout(once, after);
  }
  function once() {
    if (running || !isDirty()) return;
    running = keep(read()).finally(() => {
      running = null;
      if (isDirty() && !trouble) plan(EVERY);
    });
  }

  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      if (trouble === "offline" || trouble === "signedOut") store(read());
      if (trouble !== "signedOut") plan(Math.max(QUIET, EVERY - (Date.now() - lastAt)));
    });
  }
  if (isDirty()) plan(QUIET);
  window.addEventListener("online", () => { if (trouble === "offline") once(); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isDirty() && !running && !letGo) keep(read(), true);
  });

  // What is not kept yet is kept before the form goes, so that a lost line or session loses nothing.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (letGo || (!trouble && !isDirty())) return;
    event.preventDefault();
    await running;
    const outcome = await keep(read());
    if (outcome === "offline") {
      said.textContent = state.dataset.offline;
      return;
    }
    letGo = true;
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) letGo = false; });

  // What stayed on this computer goes to the server, which shows what differs.
  const before = stored();
  if (before) {
    keep(before).then((outcome) => {
      if (outcome === "kept" && String(read()) === String(opened)) location.reload();
    });
  }
})();
