"""Models and data as users have them become graphs and arrays."""
