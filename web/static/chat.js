// Sends without reloading the page. Without this file the page works as plain forms.
(function () {
  "use strict";
  var list = document.getElementById("messages");
  var status = document.getElementById("status");
  var write = document.getElementById("write");
  var text = document.getElementById("text");
  var busy = false;

  function token() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.from(bytes, function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }

  // An answer is read from its beginning, so the question that it answers is scrolled to the top.
  function toNewest() {
    var asked = list.querySelectorAll("li.mine");
    if (asked.length) { asked[asked.length - 1].scrollIntoView(); }
  }

  function say(words) {
    var item = document.createElement("li");
    item.className = "mine";
    item.dataset.pending = "1";
    var who = document.createElement("span");
    who.className = "who";
    who.textContent = status.dataset.you;
    var bubble = document.createElement("div");
    bubble.className = "bubble";
    bubble.textContent = words;
    item.append(who, bubble);
    list.append(item);
    toNewest();
  }

  // The conversation has changed its language: change the page around it too, and keep what is typed.
  function speak(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    document.documentElement.lang = fresh.documentElement.lang;
    document.title = fresh.title;
    document.querySelectorAll("[data-said]").forEach(function (old) {
      var anew = fresh.querySelector('[data-said="' + old.dataset.said + '"]');
      old.replaceChildren.apply(old, anew.childNodes);
    });
    text.placeholder = fresh.getElementById("text").placeholder;
    list.setAttribute("aria-label", fresh.getElementById("messages").getAttribute("aria-label"));
    Object.assign(status.dataset, fresh.getElementById("status").dataset);
    list.querySelectorAll("li > .who").forEach(function (who) {
      who.textContent = who.parentElement.classList.contains("mine") ? status.dataset.you : status.dataset.assistant;
    });
  }

  function show(answer) {
    if (answer.page) { speak(answer.page); }
    // Before the first message nothing is stored, so the first answer holds the greeting too.
    // What the page showed may have been deleted since, because the person asked for it.
    var old = list.dataset.last === "0" || answer.clear ? "li" : "[data-pending], form.options";
    list.querySelectorAll(old).forEach(function (element) { element.remove(); });
    list.insertAdjacentHTML("beforeend", answer.html);
    list.dataset.last = answer.last;
    toNewest();
  }

  // With a ticket: very many begin to chat, and a little work lets this browser in. Else the message exceeded a limit.
  function held(answer, body, attempt) {
    if (!answer.ticket) { return { told: answer.told }; }
    status.textContent = answer.held;
    return worker().then(function () { return new Promise(function (resolve) {
      window.motcuaWork(answer.ticket, answer.bits, function (proof) {
        body.set("ticket", answer.ticket);
        body.set("proof", proof);
        resolve(post(body, attempt + 1));
      });
    }); });
  }

  function worker() {
    return new Promise(function (resolve, reject) {
      if (window.motcuaWork) { resolve(); return; }
      var script = document.createElement("script");
      script.src = status.dataset.work;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  // After a failure the same id is sent again, since the server answers each id only once.
  function post(body, attempt) {
    return fetch("/chat", { method: "POST", body: body, headers: { Accept: "application/json" } })
      .then(function (response) {
        if (response.status === 429) { return response.json().then(function (answer) { return held(answer, body, attempt); }); }
        if (!response.ok) { throw new Error(String(response.status)); }
        return response.json();
      })
      .catch(function (error) {
        if (attempt >= 5) { throw error; }
        status.textContent = status.dataset.failed;
        return new Promise(function (resolve) { setTimeout(resolve, 800 * attempt); })
          .then(function () { return post(body, attempt + 1); });
      });
  }

  function send(fields, words) {
    if (busy) { return; }
    busy = true;
    status.textContent = status.dataset.sending;
    say(words);
    var body = new URLSearchParams(fields);
    body.set("id", token());
    body.set("last", list.dataset.last);
    body.set("language", document.documentElement.lang);
    post(body, 1).then(function (answer) {
      if (answer.told) {
        list.querySelectorAll("[data-pending]").forEach(function (element) { element.remove(); });
        if (fields.text) { text.value = fields.text; }
        status.textContent = answer.told;
        return;
      }
      show(answer);
      status.textContent = "";
    }, function () {
      status.textContent = status.dataset.failed;
      window.location.reload();
    }).finally(function () { busy = false; });
  }

  // While the page is visible, fetches an officer's answer, or messages from another page of this browser. If the server
  // cannot be reached, tries again later.
  function look() {
    var after = list.dataset.last;
    if (busy || after === "0" || document.hidden) { return; }
    fetch("/chat/messages?after=" + after + "&language=" + document.documentElement.lang)
      .then(function (response) { return response.json(); })
      .then(function (answer) {
        if (!busy && list.dataset.last === after && (answer.clear || answer.last > Number(after))) { show(answer); }
      })
      .catch(function () {});
  }
  setInterval(look, 20000);
  document.addEventListener("visibilitychange", look);

  write.addEventListener("submit", function (event) {
    event.preventDefault();
    var words = text.value.trim();
    if (!words || busy) { return; }
    text.value = "";
    send({ text: words }, words);
  });

  list.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (!button || !button.value) { return; }
    event.preventDefault();
    send({ button: button.value }, button.textContent.trim());
    text.focus({ preventScroll: true });
  });

  if (list.dataset.last !== "0") { toNewest(); }
}());
