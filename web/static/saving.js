// What is tapped on a later page is stored at once, so that walking away loses nothing. Without this file each tap is sent by itself.
(function () {
  "use strict";
  var form = document.querySelector("form.as-tapped"), status = document.getElementById("saved");
  if (!form || !status) { return; }
  var saving = false, again = false, typed = false, sent = false;

  function say(stored) {
    status.classList.toggle("problem", !stored);
    status.textContent = stored ? "✓ " + status.dataset.saved : status.dataset.failed;
  }

  // Saves one state after another, so that the last one is stored.
  function save() {
    if (sent) { return; }
    if (saving) { again = true; return; }
    saving = true;
    typed = false;
    var stored = false, body = new URLSearchParams(new FormData(form));
    body.set("stay", "1");
    fetch(form.action, { method: "POST", body: body, redirect: "manual", keepalive: true }).then(function (answer) {
      // When it is stored, the server redirects to the page that is shown already.
      stored = answer.type === "opaqueredirect";
    }, function () { stored = false; }).then(function () {
      saving = false;
      if (again) { again = false; save(); } else { say(stored); }
    });
  }

  // Pressing the send button also leaves the text field, so saving a text waits a moment.
  form.addEventListener("change", function (event) {
    status.classList.remove("problem");
    status.textContent = status.dataset.saving;
    setTimeout(save, event.target.tagName === "TEXTAREA" ? 300 : 0);
  });
  form.addEventListener("input", function () { typed = true; });
  form.addEventListener("submit", function () { sent = true; });
  window.addEventListener("pageshow", function () { sent = false; });
  document.addEventListener("visibilitychange", function () { if (document.hidden && typed) { save(); } });
}());
