"""意見と、その後: open calls, writing an opinion, results of the past and what became of each."""
