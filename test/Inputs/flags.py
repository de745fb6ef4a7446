"""flags.py TOOL MODEL: wrong command lines; prints what is said about each."""
import subprocess
import sys

LINES = r"""

MODEL --barch 2
MODEL --barch=2
--verison
MODEL -x
ops --batch 2
explian MODEL --node c1
explain MODEL MODEL --node c1
explain MODEL
MODEL --dtype fp31
MODEL --accumulate f32
MODEL --phase trian
MODEL --loss mze
MODEL --optimizer adm
MODEL --convention papr
MODEL --format jsno
MODEL --columns nmae
MODEL --sort nmae
MODEL --group-by lyer
MODEL --color maybe
dump MODEL --after shaeps
MODEL --batch 1e9
MODEL --batch 3x
MODEL --batch 0x10
MODEL --batch=
MODEL --batch
MODEL --batch 0
MODEL --batch -3
MODEL --batch 9223372036854775808
MODEL --samples 9223372036854775808
MODEL --samples 10 --epochs 99999999999999999999
MODEL --samples 1.5
MODEL --samples 0
MODEL --samples 10 --epochs -1
MODEL --epochs 3
MODEL --class-axis -9223372036854775809
MODEL --top -1
MODEL --top 18446744073709551615
MODEL --width 0
MODEL --width 4294967297
MODEL --dim N
MODEL --dim N=9223372036854775808
MODEL --dim N=
MODEL --dim =3
MODEL --freeze (
MODEL --freeze [
MODEL --freeze *
MODEL --trainable \
MODEL --freeze EMPTY
MODEL --freeze (((((a{1,255}){1,255}){1,255}){1,255}){1,255})
MODEL --freeze (a+)(a+)\2\1b
MODEL --freeze (((...2000
MODEL --freeze ...
MODEL -o net.onnx
MODEL -o net.onnxtxt
MODEL -o
MODEL -o EMPTY
"""

tool, path = sys.argv[1:]
SPECIAL = {"MODEL": path, "(((...2000": "(" * 1000 + ")" * 1000, "...": "\x1b[31m", "EMPTY": ""}
wrong = count = 0
for line in LINES.splitlines()[1:]:
    words = [SPECIAL.get(word, word) for word in line.split()]
    done = subprocess.run([tool, *words], capture_output=True, text=True)
    start = "toscount: error: "
    count += 1
    if done.returncode != 2 or done.stdout or not done.stderr.startswith(start) or done.stderr.count("\n") != 1:
        wrong += 1
        print("WRONG", end=" ")
    print("%s | %s" % (line or "<nothing>", done.stderr[len(start):].rstrip()))
print("all of %d have exit status 2" % count if not wrong else "%d are wrong" % wrong)
sys.exit(wrong != 0)
