"""Dashboard: what the house did lately, as figures and series; higher floors hand theirs in."""
