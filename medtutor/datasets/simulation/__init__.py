"""What the generators of simulated patients share, whatever part of the body they draw."""
