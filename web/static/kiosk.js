// Keeps each tap on the device until the server has it, shows a code that changes every minute, returns to the start.
(function () {
  "use strict";
  var kiosk = document.getElementById("kiosk");
  var settings = kiosk.dataset;
  var ask = document.getElementById("ask");
  var done = document.getElementById("done");
  var said = document.getElementById("said");
  var undo = document.getElementById("undo");
  var closed = document.getElementById("closed"), shut = false;
  var PREFIX = "kiosk." + settings.counter + ".";
  var ANSWER = PREFIX + "answer.";
  var BATCH = 50, PATIENCE = 15000, AGAIN = 10000, STEADY = 1000, PAUSE = 300000;

  // What the device stores; if it can store nothing (full or forbidden), the page keeps it in memory.
  var memory = {};
  function keep(key, value) {
    memory[key] = value;
    try { localStorage.setItem(key, JSON.stringify(value)); } catch (error) { /* kept in memory */ }
  }
  function forget(key) {
    delete memory[key];
    try { localStorage.removeItem(key); } catch (error) { /* was kept in memory */ }
  }
  function kept(key, otherwise) { return key in memory ? memory[key] : otherwise; }
  function recall() {
    try {
      Object.keys(localStorage).filter(function (key) { return key.startsWith(PREFIX); }).forEach(function (key) {
        memory[key] = JSON.parse(localStorage.getItem(key));
      });
    } catch (error) { /* nothing can be kept */ }
  }

  // The server's clock is the right one; the device's may be days off.
  function now() { return new Date(Date.now() + kept(PREFIX + "ahead", 0)); }

  function call(address, options) {
    var aborting = new AbortController();
    var timer = setTimeout(function () { aborting.abort(); }, PATIENCE);
    return fetch(address, Object.assign({ cache: "no-store", signal: aborting.signal }, options))
      .finally(function () { clearTimeout(timer); });
  }

  // Taps. The one that can still be taken back is not sent yet.
  var held = "", backTimer = 0, steadyTimer = 0;

  function identifier() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.from(bytes, function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }

  function tap(level) {
    held = ANSWER + identifier();
    keep(held, { id: held.slice(ANSWER.length), level: level, at: now().toISOString(), token: settings.token });
    ask.hidden = true;
    done.hidden = false;
    window.scrollTo(0, 0);
    said.textContent = done.querySelector("h2").textContent + " " + undo.textContent;
    // The second half of a double tap must not take the first one back.
    undo.disabled = true;
    steadyTimer = setTimeout(function () { undo.disabled = false; }, STEADY);
    backTimer = setTimeout(leave, settings.thanksSeconds * 1000);
  }

  function start(words) {
    clearTimeout(backTimer);
    clearTimeout(steadyTimer);
    held = "";
    done.hidden = true;
    ask.hidden = shut;
    said.textContent = words;
    document.getElementById("question").focus({ preventScroll: true });
    window.scrollTo(0, 0);
    count();
  }

  function leave() {
    start("");
    send();
    // Without a network and a worker the browser's own error page would stay on the screen.
    var opens = reachable || (navigator.serviceWorker && navigator.serviceWorker.controller);
    if (settings.here !== settings.start && opens && !shut) { location.replace(settings.start); }
  }

  document.getElementById("faces").addEventListener("submit", function (event) {
    event.preventDefault();
    if (!held && event.submitter) { tap(Number(event.submitter.value)); }
  });
  undo.addEventListener("click", function () {
    forget(held);
    start(settings.undone);
  });

  // Sends taps until the server has named each as stored or refused.
  var sending = false, failing = false, sendTimer = 0, wait = AGAIN;

  function send() {
    clearTimeout(sendTimer);
    count();
    var ready = Object.keys(memory).filter(function (key) { return key.startsWith(ANSWER) && key !== held; });
    if (sending || !ready.length) { return; }
    sending = true;
    var token = memory[ready[0]].token;
    var batch = ready.map(function (key) { return memory[key]; })
      .filter(function (tap) { return tap.token === token; }).slice(0, BATCH);
    var taps = batch.map(function (tap) { return { id: tap.id, level: tap.level, at: tap.at }; });
    call(settings.answers, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: token, answers: taps })
    }).then(function (response) { return response.json(); }).then(function (answer) {
      if (answer.unpaired) { close(answer.unpaired); return false; }
      if (answer.error) { answer.refused = batch.map(function (tap) { return { id: tap.id, text: answer.text }; }); }
      answer.stored.forEach(function (id) { forget(ANSWER + id); });
      answer.refused.forEach(function (tap) {
        forget(ANSWER + tap.id);
        keep(PREFIX + "refused", kept(PREFIX + "refused", 0) + 1);
        keep(PREFIX + "reason", tap.text);
      });
      return answer.stored.length + answer.refused.length > 0;
    }).catch(function () { return false; }).then(function (moved) {
      sending = false;
      failing = !moved;
      wait = moved ? AGAIN : Math.min(wait * 2, 60000);
      if (moved) { send(); } else { sendTimer = setTimeout(send, wait); }
      count();
    });
  }

  // In a corner, for staff: how many taps could not be sent yet, how many were refused, and why the last one was.
  function count() {
    var waiting = Object.keys(memory).filter(function (key) { return key.startsWith(ANSWER) && key !== held; }).length;
    var refused = kept(PREFIX + "refused", 0);
    var words = [];
    if (waiting && failing) { words.push(settings.waiting.replace("#", waiting)); }
    if (refused) { words.push(settings.refused.replace("#", refused) + " (" + kept(PREFIX + "reason", "") + ")"); }
    var staff = document.getElementById("staff");
    staff.textContent = words.join(" · ");
    staff.hidden = !words.length;
  }

  // Staff ended the pairing: close the question, keep the taps on the device, and load the page that tells how to pair.
  function close(words) {
    shut = true;
    closed.textContent = words;
    closed.hidden = false;
    start("");
    if (Date.now() - kept(PREFIX + "closed", 0) > PAUSE) {
      keep(PREFIX + "closed", Date.now());
      location.replace(settings.start);
    }
  }

  function open() {
    if (!shut) { return; }
    shut = false;
    closed.hidden = true;
    start("");
  }

  // The code. It is hidden if it cannot be renewed.
  var codeTimer = 0, reachable = false, RELOAD_LEAST = 600000;

  function show(image) {
    var code = document.getElementById("code");
    if (image) { code.src = image; } else { code.removeAttribute("src"); }
    code.hidden = !image;
    document.getElementById("phone").hidden = !image;
    document.getElementById("no-code").hidden = Boolean(image);
  }

  function renew() {
    clearTimeout(codeTimer);
    call(settings.code).then(function (response) {
      if (!response.ok) { throw new Error(String(response.status)); }
      return response.json();
    }).then(function (code) {
      reachable = true;
      show(code.image);
      keep(PREFIX + "ahead", Date.parse(code.now) - Date.now());
      if (code.paired === false) {
        close(settings.unpaired);
        codeTimer = setTimeout(renew, AGAIN);
        return;
      }
      open();
      clearTimeout(codeTimer);
      codeTimer = setTimeout(renew, code.next * 1000 + 200);
      send();
      // The page has changed on the server. If the reload shows an old copy, it must not reload over and over.
      if (code.stamp !== settings.stamp && !held && Date.now() - kept(PREFIX + "reloaded", 0) > RELOAD_LEAST) {
        keep(PREFIX + "reloaded", Date.now());
        location.reload();
      }
    }).catch(function () {
      reachable = false;
      show("");
      clearTimeout(codeTimer);
      codeTimer = setTimeout(renew, AGAIN);
    });
  }

  // If a person walks away, the page returns to the start.
  var idleTimer = 0;

  function stir() {
    clearTimeout(idleTimer);
    idleTimer = setTimeout(function () { if (!held) { leave(); } }, settings.idleSeconds * 1000);
  }
  ["pointerdown", "keydown", "scroll"].forEach(function (name) { window.addEventListener(name, stir, { passive: true }); });

  // Caches the page in every language and its files, for a reload without a network.
  function prepare() {
    if (!("serviceWorker" in navigator)) { return; }
    var needed = Array.from(document.querySelectorAll("link[href], script[src]"), function (element) {
      return element.href || element.src;
    });
    navigator.serviceWorker.register("/kiosk/sw.js", { scope: "/kiosk/" }).then(function () {
      return caches.open("kiosk");
    }).then(function (cache) {
      var links = Array.from(document.querySelectorAll("a[hreflang]"));
      var pages = [settings.here].concat(links.map(function (link) { return link.getAttribute("href"); }));
      return cache.addAll(needed.concat(pages)).then(function () { return cache.keys(); })
        .then(function (found) {
          return Promise.all(found.filter(function (request) {
            return request.url.includes("/static/") && !needed.includes(request.url);
          }).map(function (request) { return cache.delete(request); }));
        });
    }).catch(function () { /* without it the page works while there is a network */ });
  }

  window.addEventListener("online", function () { send(); renew(); });
  window.addEventListener("offline", function () { show(""); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { renew(); } });
  recall();
  send();
  renew();
  stir();
  prepare();
}());
