"""hill.py: a made-up surface, 15 by 15 candidates whose accuracy is a hill.

The top, 0.95, is at width 11 and depth 4; energy is 10 joules times width times
depth.
"""
import math

print("width,depth,accuracy,energy_j")
for width in range(1, 16):
    for depth in range(1, 16):
        away = ((width - 11) / 5) ** 2 + ((depth - 4) / 4) ** 2
        print(f"{width},{depth},{0.1 + 0.85 * math.exp(-away):.9f},{10 * width * depth}")
