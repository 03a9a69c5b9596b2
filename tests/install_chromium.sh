#!/bin/sh
# The browser tests need Chromium; where Debian's package can be installed, install it.
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
else
    echo "Chromium is not installed; the browser tests will be skipped. Install Debian's package 'chromium' to run them." >&2
fi
