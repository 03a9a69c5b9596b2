#!/bin/sh
# Programs the tests use beside Python: a browser, a reader of QR codes, renderers of PDF, an office program and a font for it. Installs Debian's packages.
has() { command -v "$1" >/dev/null; }
can_install() { has apt-get && [ "$(id -u)" = 0 ]; }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

# Chromium without its windows takes half the processor time; where it cannot be had, any Chromium does.
quick="chromium-headless-shell"
updated=""
if ! has $quick && can_install; then
    apt-get update -qq && updated="yes" && install $quick 2>/dev/null
fi
missing=""
has $quick || has chromium || has chromium-browser || has google-chrome || missing="$missing chromium"
has zbarimg || missing="$missing zbar-tools"
has gs || missing="$missing ghostscript"
has soffice || missing="$missing libreoffice-writer libreoffice-calc fonts-liberation"
has pdftotext || missing="$missing poppler-utils"
[ -z "$missing" ] && exit 0
if can_install; then
    # shellcheck disable=SC2086 -- a list of packages
    { [ -n "$updated" ] || apt-get update -qq; } && install $missing
else
    echo "Not installed:$missing. Tests that need them will be skipped; install these Debian packages to run them." >&2
fi
