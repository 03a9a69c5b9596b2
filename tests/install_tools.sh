#!/bin/sh
# Programs the tests use beside Python: a browser, a reader of QR codes, renderers of PDF, an office program and a font for it. Installs Debian's packages.
missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$missing chromium"
command -v zbarimg >/dev/null || missing="$missing zbar-tools"
command -v gs >/dev/null || missing="$missing ghostscript"
command -v soffice >/dev/null || missing="$missing libreoffice-writer libreoffice-calc fonts-liberation"
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    # shellcheck disable=SC2086 -- a list of packages
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Not installed:$missing. Tests that need them will be skipped; install these Debian packages to run them." >&2
fi
