"""What runs outside of Python: the compiler from the ziglang package, and the folder it caches in."""
