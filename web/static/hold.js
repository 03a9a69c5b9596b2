// Does the little work that a page asks for while very many forms come in, and sends the form on by itself.
(function () {
  "use strict";
  var K = [], H = [];
  (function () {
    for (var n = 2; K.length < 64; n += 1) {
      var prime = true;
      for (var d = 2; d * d <= n; d += 1) { if (n % d === 0) { prime = false; } }
      if (prime) {
        if (H.length < 8) { H.push((Math.pow(n, 1 / 2) * 4294967296) | 0); }
        K.push((Math.pow(n, 1 / 3) * 4294967296) | 0);
      }
    }
  }());

  var w = new Int32Array(64);

  // SHA-256 of a short ASCII text; only its first 32 bits are looked at. Pages by plain http have no crypto.subtle.
  function first(text) {
    var length = text.length, blocks = ((length + 8) >> 6) + 1, words = new Int32Array(blocks * 16), i, t;
    for (i = 0; i < length; i += 1) { words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3)); }
    words[length >> 2] |= 128 << (24 - 8 * (length & 3));
    words[blocks * 16 - 1] = length * 8;
    var s = H.slice();
    for (i = 0; i < blocks; i += 1) {
      var a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7], x, y;
      for (t = 0; t < 64; t += 1) {
        if (t < 16) {
          w[t] = words[i * 16 + t];
        } else {
          x = w[t - 15];
          y = w[t - 2];
          w[t] = w[t - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[t - 7]
            + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
        }
        x = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
        y = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + x) | 0;
        d = c;
        c = b;
        b = a;
        a = (x + y) | 0;
      }
      s = [(s[0] + a) | 0, (s[1] + b) | 0, (s[2] + c) | 0, (s[3] + d) | 0,
        (s[4] + e) | 0, (s[5] + f) | 0, (s[6] + g) | 0, (s[7] + h) | 0];
    }
    return s[0];
  }

  // Looks in small pieces, so that the page stays awake; calls `done` with the number found.
  window.motcuaWork = function (ticket, bits, done) {
    var number = 0;
    (function piece() {
      for (var end = number + 2000; number < end; number += 1) {
        if (first(ticket + ":" + number) >>> (32 - bits) === 0) { done(String(number)); return; }
      }
      setTimeout(piece, 0);
    }());
  };

  var form = document.getElementById("hold");
  if (!form) { return; }
  document.getElementById("hold-status").textContent = form.dataset.working;
  window.motcuaWork(form.elements.ticket.value, Number(form.dataset.bits), function (proof) {
    form.elements.proof.value = proof;
    form.submit();
  });
}());
