"""System: the processes of this installation, their health, and what stands underneath them."""
