"""hostile.py FILE.onnx: a model of four layers whose names are markup, commands
of gnuplot and of the shell, and bytes that are no text."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Inputs"))
from onnxwrite import *

NAMES = [
    "</svg><script>document.title='pwned'</script><img src=x onerror=alert(1)>",
    "TXT0 `touch pwned` $(touch pwned) \"; system('touch pwned') #",
    "a\nset output 'pwned'\n!touch pwned\nEND\nplot sin(x)",
    b"@{}^_~&amp;'\"\\ \xff\xfe \x1b[31m\xe2\x80\xae%s%n${IFS}",
]
nodes = [node("Sigmoid", ["t%d" % i], ["t%d" % (i + 1)], name=name) for i, name in enumerate(NAMES)]
last = "t%d" % len(NAMES)
save(sys.argv[1], model(nodes, [value("t0", [2, 3])], [value(last, [2, 3])]))
