#!/bin/sh
# Training runs under bubblewrap. Install it where that is possible; otherwise say so in one line.
command -v bwrap >/dev/null 2>&1 && exit 0
say="bubblewrap (bwrap) is missing: training can't be sandboxed. Try: install the package 'bubblewrap' as root."
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing bubblewrap ..."
  { apt-get install -y -qq bubblewrap || { apt-get update -qq && apt-get install -y -qq bubblewrap; }; } >/dev/null 2>&1
elif [ "$(id -u)" = 0 ] && command -v dnf >/dev/null 2>&1; then
  echo "Installing bubblewrap ..."
  dnf install -y -q bubblewrap >/dev/null 2>&1
fi
command -v bwrap >/dev/null 2>&1 || echo "$say"
exit 0
