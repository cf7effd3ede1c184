"""What every slice stands on: database, events, jobs, time, money. Imports nothing of ours."""
