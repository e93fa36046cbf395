"""Counts words by the definition, with nothing of ours: letters and decimal digits, lower-cased."""
import sys
import unicodedata
from collections import Counter

WORD = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"}
text = open(sys.argv[1], encoding="utf-8", errors="replace", newline="").read()
words = "".join(c if unicodedata.category(c) in WORD else " " for c in text).split(" ")
for word, count in sorted(Counter(w.lower() for w in words if w).items(), key=lambda e: (-e[1], e[0])):
    sys.stdout.buffer.write(f"{count}\t{word}\n".encode())
