"""Reports: reads across domains, changes nothing else."""
