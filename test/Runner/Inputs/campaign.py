"""campaign.py FILE: what a campaign file says, in short."""
import json
import sys

jobs = [json.loads(line) for line in open(sys.argv[1])]
assert all(job["schema"] == "toscount.campaign/1" for job in jobs)
print(f"{len(jobs)} jobs, {len({job['job'] for job in jobs})} ids, {len({job['group'] for job in jobs})} graphs")
print(json.dumps(jobs[0]["plan"], sort_keys=True))
print("seeds", sorted({job["plan"]["seed"] for job in jobs}))
graph = jobs[0]["graph"]
print(json.dumps(graph["nodes"][0], sort_keys=True))
for stored in graph["initializers"]:
    print(graph["values"][stored["value"]]["name"], stored["role"], stored.get("contents", ""))
