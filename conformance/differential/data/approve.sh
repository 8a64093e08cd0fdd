#!/bin/sh
# Approves files without the word admin in them.
if grep -q admin "$1"; then echo "0 admin found"; else echo "1 clean"; fi
