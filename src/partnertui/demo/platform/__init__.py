"""The demo's simulated platform: phones, a proxy and calls that run while the program is open.

`partnertui demo` starts it as a process of its own (`platform_process.py`). It talks on addresses of `addresses.py`
alone, and writes into the demo's database alone. What happens follows from the demo's seed and the clock.
"""
