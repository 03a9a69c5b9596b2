// Asks whether the device is paired by now, and shows the code that is good at the moment.
(function () {
  "use strict";
  var main = document.getElementById("pairing");
  var settings = main.dataset;
  var PREFIX = "kiosk." + settings.counter + ".answer.";

  function show(element, content, value) {
    element[content] = value;
    element.hidden = !value;
  }

  function ask() {
    fetch(settings.code, { cache: "no-store" }).then(function (response) {
      if (!response.ok) { throw new Error(String(response.status)); }
      return response.json();
    }).then(function (answer) {
      if (answer.paired) { location.reload(); return; }
      show(document.getElementById("code-digits"), "textContent", answer.code);
      if (answer.picture) { document.getElementById("picture").src = answer.picture; }
      document.getElementById("picture").hidden = !answer.picture;
      document.getElementById("told").textContent = answer.text;
      again();
    }).catch(again);
  }

  function again() { setTimeout(ask, settings.seconds * 1000); }

  // Taps made before the pairing ended stay on the device, and are sent when it is paired again.
  function count() {
    try {
      var kept = Object.keys(localStorage).filter(function (key) { return key.startsWith(PREFIX); }).length;
      show(document.getElementById("kept"), "textContent", kept ? settings.kept.replace("#", kept) : "");
    } catch (error) { /* nothing is kept */ }
  }

  count();
  ask();
}());
