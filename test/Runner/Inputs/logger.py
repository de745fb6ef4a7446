"""logger.py LOG WATTS COMMAND...: runs the command while a wattmeter writes LOG.

WATTS every 10 ms, by a clock whose times are written in halves of lines now and
then, as buffers do; stops half a second after the command and has its status.
"""
import os
import subprocess
import sys
import threading
import time

log, watts, command = sys.argv[1], sys.argv[2], sys.argv[3:]
ended = threading.Event()


def write():
    with open(log, "w") as file:
        file.write("time,watts,volts\n")
        while not ended.wait(0.01):
            file.write(f"{time.time():.6f},{watts[:1]}")
            file.flush()
            file.write(f"{watts[1:]},230\n")
            file.flush()


logger = threading.Thread(target=write)
logger.start()
while not os.path.exists(log) or os.path.getsize(log) < 100:
    time.sleep(0.01)
status = subprocess.run(command).returncode
time.sleep(0.5)
ended.set()
logger.join()
sys.exit(status)
