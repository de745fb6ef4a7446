"""exits.py STATUS COMMAND...: runs the command, which has to end with that status."""
import subprocess
import sys

status = subprocess.run(sys.argv[2:]).returncode
if status != int(sys.argv[1]):
    sys.exit(f"ended with status {status}, not {sys.argv[1]}")
