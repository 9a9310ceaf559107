"""Every performance figure, one command each: `make bench`, or `python -m bench --short`.

Figures are ratios from one run, with CPU time per call first: machines are shared, and a time alone means nothing.
"""
