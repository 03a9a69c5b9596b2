// Opens the screen's page without a network: serves the last fetched copy of what cannot be fetched.
"use strict";
var CACHE = "kiosk", PATIENCE = 5000;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", function (event) {
  var address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) { return; }
  if (event.request.mode === "navigate" && /^\/kiosk\/[^/]+$/.test(address.pathname)) {
    event.respondWith(newest(event.request));
  } else if (address.pathname.startsWith("/static/")) {
    event.respondWith(kept(event.request).then(function (found) { return found || fetch(event.request); }));
  }
});

function kept(request) {
  return caches.open(CACHE).then(function (cache) { return cache.match(request); });
}

// A server that is slow or starting anew (5xx) counts as one that cannot be reached.
function newest(request) {
  var late = new Promise(function (resolve, reject) { setTimeout(reject, PATIENCE, new Error("late")); });
  return Promise.race([fetch(request), late]).then(function (response) {
    if (response.status >= 500) { throw new Error(String(response.status)); }
    return response;
  }).catch(function (error) {
    return kept(request).then(function (found) {
      if (found) { return found; }
      throw error;
    });
  });
}
