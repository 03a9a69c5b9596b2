// Typing ballots in: a digit or Enter goes on to the next field, Enter in the last one saves. Without it, Tab and Enter do.
"use strict";
const form = document.querySelector("form.ballot");
if (form) {
  const fields = [...form.querySelectorAll("input:not([type=hidden]):not([type=checkbox])")];
  const move = (field, step) => {
    const next = fields[fields.indexOf(field) + step];
    if (next) { next.focus(); next.select(); }
    return Boolean(next);
  };
  form.addEventListener("input", event => {
    if (event.target.matches(".digit") && /^[1-5]$/.test(event.target.value)) move(event.target, 1);
  });
  form.addEventListener("keydown", event => {
    if (event.isComposing || !fields.includes(event.target)) return;
    if (event.key === "Enter" && move(event.target, 1)) event.preventDefault();
    if (event.key === "Backspace" && !event.target.value && move(event.target, -1)) event.preventDefault();
  });
}
