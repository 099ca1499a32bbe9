/* While a paper is being made: looks again every two seconds. Without it, the link "Look again" does the same. */
"use strict";

const PAUSE = 2000;
const MOST = 300;

const look = async (times) => {
  const here = document.getElementById("paper-state");
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (answer.redirected || !answer.ok) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("paper-state");
    if (!now) return location.reload();
    if (now.innerHTML !== here.innerHTML) {
      const kept = here.contains(document.activeElement);
      here.replaceChildren(...now.childNodes);
      here.dataset.state = now.dataset.state;
      if (kept) here.querySelector("a")?.focus();
    }
    if (now.dataset.state === "ready" || now.dataset.state === "failed") return;
  } catch {
    /* the line is down for a moment: try again */
  }
  if (times < MOST) setTimeout(look, PAUSE, times + 1);
};

setTimeout(look, PAUSE, 1);
