// Reads a question aloud: the unit's own recording where there is one, else a voice of the browser.
// A button shows only where it can do that; without this file it stays hidden.
(function () {
  "use strict";
  var buttons = Array.prototype.slice.call(document.querySelectorAll("button.speak"));
  var browser = window.speechSynthesis && window.SpeechSynthesisUtterance ? window.speechSynthesis : null;
  var stopCurrent = null;

  function voiceFor(language) {
    var voices = browser ? browser.getVoices() : [];
    return voices.filter(function (voice) {
      return voice.lang.toLowerCase().split(/[-_]/)[0] === language;
    })[0];
  }

  function offer() {
    buttons.forEach(function (button) {
      if (button.dataset.audio || voiceFor(button.dataset.lang)) {
        button.hidden = false;
        button.parentNode.classList.add("spoken");
      }
    });
  }

  // Each of these functions starts to play, calls `done` at the end, and returns a function that stops it.
  function play(addresses, done) {
    var audio = new Audio();
    var next = 0;
    function following() {
      if (next === addresses.length) { done(); return; }
      audio.src = addresses[next];
      next += 1;
      var started = audio.play();
      if (started) { started.catch(done); }
    }
    audio.addEventListener("ended", following);
    audio.addEventListener("error", done);
    following();
    return function () { audio.pause(); };
  }

  // Sentence by sentence: some voices break off in a long text.
  function speak(text, language, done) {
    var voice = voiceFor(language);
    var sentences = text.split("\n");
    browser.cancel();
    sentences.forEach(function (sentence, number) {
      var said = new SpeechSynthesisUtterance(sentence);
      said.voice = voice;
      said.lang = voice.lang;
      said.rate = 0.9;
      said.onerror = done;
      if (number === sentences.length - 1) { said.onend = done; }
      browser.speak(said);
    });
    return function () { browser.cancel(); };
  }

  function begin(button) {
    var running = true;
    var stop = null;
    function end() {
      if (!running) { return; }
      running = false;
      if (stop) { stop(); }
      button.setAttribute("aria-pressed", "false");
      stopCurrent = null;
    }
    if (stopCurrent) { stopCurrent(); }
    stopCurrent = end;
    button.setAttribute("aria-pressed", "true");
    stop = button.dataset.audio
      ? play(button.dataset.audio.split(" "), end)
      : speak(button.dataset.say, button.dataset.lang, end);
  }

  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      if (button.getAttribute("aria-pressed") === "true") { stopCurrent(); } else { begin(button); }
    });
  });
  // Stop speaking when the page is left or kept for going back.
  window.addEventListener("pagehide", function () { if (stopCurrent) { stopCurrent(); } });
  if (browser && browser.addEventListener) { browser.addEventListener("voiceschanged", offer); }
  offer();
}());
