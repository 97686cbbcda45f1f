"""The demo's platform: phones, a proxy and calls that live as long as the program that shows them.

`partnertui demo` starts it as a process of its own (`platform_process.py`). It talks on addresses of `addresses.py`
alone, and writes into the demo's database alone. What happens follows from the demo's seed and the clock.
"""
